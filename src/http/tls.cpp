#include "http/tls.hpp"

#include <algorithm>
#include <ctime>
#include <stdexcept>
#include <string_view>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace kith::http {

namespace {

// https://wiki.mozilla.org/Security/Server_Side_TLS, intermediate, version 5.7: the ECDHE suites,
// which have forward secrecy. All TLS 1.3 suites are acceptable.
constexpr const char* suites =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

// Application-Layer Protocol Negotiation (RFC 7301): length and name.
constexpr std::string_view http_1_1 = "\x08http/1.1";

void check(const char* what, const boost::system::error_code& error) {
  if (error) throw std::runtime_error(std::string(what) + ": " + error.message());
}

/// Selects HTTP/1.1. Clients that offer only other protocols get no ALPN answer but are not
/// rejected.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
  unsigned char* found = nullptr;
  const int code = SSL_select_next_proto(
      &found, chosen_size, reinterpret_cast<const unsigned char*>(http_1_1.data()),
      static_cast<unsigned>(http_1_1.size()), offered, offered_size);
  *chosen = found;
  return code == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

std::shared_ptr<Tls::Context> read_context(const std::string& certificate, const std::string& key) {
  auto context = std::make_shared<Tls::Context>(Tls::Context::tls_server);
  boost::system::error_code error;
  // Keeps OpenSSL from prompting for a password on the terminal.
  context->set_password_callback([](std::size_t, auto) { return std::string(); });
  context->use_certificate_chain_file(certificate, error);
  check(("the certificate " + certificate).c_str(), error);
  context->use_private_key_file(key, Tls::Context::pem, error);
  check(("the key " + key).c_str(), error);
  SSL_CTX* const raw = context->native_handle();
  if (SSL_CTX_check_private_key(raw) != 1) {
    throw std::runtime_error("the key " + key + " is not that of the certificate " + certificate);
  }
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
  if (SSL_CTX_set_cipher_list(raw, suites) != 1) throw std::runtime_error("OpenSSL has no TLS");
  return context;
}

}  // namespace

Tls::Tls(std::string certificate, std::string key)
    : certificate_(std::move(certificate)),
      key_(std::move(key)),
      context_(read_context(certificate_, key_)) {}

void Tls::reload() {
  auto fresh = read_context(certificate_, key_);
  const std::lock_guard lock(mutex_);
  context_ = std::move(fresh);
}

Time Tls::expires_at() const {
  const X509* const certificate = SSL_CTX_get0_certificate(context()->native_handle());
  std::tm parts{};
  ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &parts);
  return {static_cast<std::int64_t>(::timegm(&parts)) * micros_per_second};
}

std::shared_ptr<Tls::Context> Tls::context() const {
  const std::lock_guard lock(mutex_);
  return context_;
}

}  // namespace kith::http
