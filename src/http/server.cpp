#include "http/server.hpp"

#include <atomic>
#include <ctime>
#include <exception>
#include <functional>
#include <set>
#include <stdexcept>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <linux/filter.h>
#include <netinet/tcp.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include "base/limits.hpp"
#include "http/session.hpp"
#include "http/tls.hpp"

namespace kith::http {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using Acceptor = asio::basic_socket_acceptor<Tcp, asio::io_context::executor_type>;

namespace {

std::string date_now() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 40> text{};
  const auto size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
  return {text.data(), size};
}

void reuse_port(Acceptor& acceptor) {
  const int on = 1;
  ::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
}

void limit_unsent(Socket& socket) {
  const int bytes = limits::unsent_bytes_max;
  ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &bytes, sizeof bytes);
}

/// The time for TCP handshakes in progress to complete.
constexpr auto handshake_timeout = std::chrono::milliseconds(50);

/// Drops new SYNs with a BPF filter so that the accept backlog can drain: closing the acceptor
/// would reset connections in it, possibly with a request. Clients retry a dropped SYN after a
/// second and are refused then. Best effort: errors are ignored.
void overlook_newcomers(Acceptor& acceptor) {
  constexpr unsigned flags_offset = 13;  // in the TCP header, where the filter starts
  constexpr unsigned syn = 0x02;
  constexpr unsigned ack = 0x10;
  std::array<sock_filter, 5> code{{BPF_STMT(BPF_LD | BPF_B | BPF_ABS, flags_offset),
                                   BPF_STMT(BPF_ALU | BPF_AND | BPF_K, syn | ack),
                                   BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, syn, 0, 1),
                                   BPF_STMT(BPF_RET | BPF_K, 0),
                                   BPF_STMT(BPF_RET | BPF_K, 0xFFFFFFFF)}};
  const sock_fprog program{code.size(), code.data()};
  ::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

}  // namespace

class Server::State {
 public:
  State(asio::io_context& loop, const Tcp::endpoint& address, Services services)
      : loop_(loop), acceptor_(loop.get_executor()), sweep_(loop), services_(services) {
    acceptor_.open(address.protocol());
    acceptor_.set_option(Acceptor::reuse_address(true));
    reuse_port(acceptor_);
    acceptor_.bind(address);
    acceptor_.listen();
  }

  Tcp::endpoint address() const { return acceptor_.local_endpoint(); }

  void start() {
    asio::co_spawn(loop_, accept(), asio::detached);
    asio::co_spawn(loop_, sweep(), asio::detached);
  }

  void retire() { retiring_ = true; }

  void drain(std::function<void()> done) {
    done_ = std::move(done);
    retiring_ = true;
    draining_ = true;
    overlook_newcomers(acceptor_);
    asio::co_spawn(loop_, end_accepting(), asio::detached);
    for (Connection* each : open_connections_) each->drain();
  }

 private:
  Task<void> accept() {
    while (!closed_) {
      auto [error, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
      if (error == asio::error::operation_aborted) co_return;
      if (error) {
        co_await pause();  // out of file descriptors; open connections continue
        continue;
      }
      take(std::move(socket));
    }
  }

  /// Serves the connection, or closes it if there are too many.
  void take(Socket socket) {
    boost::system::error_code error;
    const auto client = socket.remote_endpoint(error).address();
    if (error) return;
    auto place = services_.connections.take(client);
    if (!place) return;
    ++open_;
    asio::co_spawn(loop_, serve({std::move(socket), client, *std::move(place)}),
                   [this](const std::exception_ptr& failed) {
                     note_failure(failed);
                     --open_;
                     if (closed_ && open_ == 0) sweep_.cancel();
                   });
  }

  Task<void> end_accepting() {
    asio::steady_timer handshakes(loop_, handshake_timeout);
    co_await handshakes.async_wait(asio::as_tuple(asio::use_awaitable));
    take_connected();
    closed_ = true;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    if (open_ == 0) sweep_.cancel();
  }

  /// Accepts the connections in the backlog.
  void take_connected() {
    boost::system::error_code error;
    acceptor_.non_blocking(true, error);
    while (!error) {
      Socket socket(loop_.get_executor());
      acceptor_.accept(socket, error);
      if (!error) take(std::move(socket));
    }
  }

  /// Logs the failure of a connection (out of memory), which does not affect the others.
  static void note_failure(const std::exception_ptr& failed) {
    try {
      if (failed) std::rethrow_exception(failed);
    } catch (const std::exception& error) {
      spdlog::error("a connection failed: {}", error.what());
    }
  }

  /// Registers an open connection for the lifetime of this object.
  class Registered {
   public:
    Registered(State& state, Connection& connection) : state_(state), connection_(connection) {
      state_.open_connections_.insert(&connection_);
    }
    ~Registered() { state_.open_connections_.erase(&connection_); }
    Registered(const Registered&) = delete;
    Registered& operator=(const Registered&) = delete;

   private:
    State& state_;
    Connection& connection_;
  };

  Task<void> pause() {
    asio::steady_timer timer(loop_, limits::sweep_interval);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  }

  /// An accepted connection.
  struct Accepted {
    Socket socket;
    asio::ip::address client;
    ConnectionCounts::Place place;
  };

  Task<void> serve(Accepted accepted) {
    boost::system::error_code error;
    accepted.socket.set_option(Tcp::no_delay(true), error);
    limit_unsent(accepted.socket);
    if (error) co_return;
    std::string client = accepted.client.to_string();
    if (services_.tls) {
      const auto context = services_.tls->context();
      co_await serve_on(TlsStream(std::move(accepted.socket), *context), std::move(client));
    } else {
      co_await serve_on(std::move(accepted.socket), std::move(client));
    }
  }

  template <class Stream>
  Task<void> serve_on(Stream stream, std::string client) {
    Session<Stream> session(std::move(stream), std::move(client),
                            {services_.gates, deadlines_, retiring_, draining_, date_});
    const Registered registered(*this, session);
    co_await session.run();
  }

  /// Checks deadlines, updates the date and flushes the log every `limits::sweep_interval`.
  Task<void> sweep() {
    while (!closed_ || open_ > 0) {
      sweep_.expires_after(limits::sweep_interval);
      co_await sweep_.async_wait(asio::as_tuple(asio::use_awaitable));
      deadlines_.sweep();
      date_ = date_now();
      services_.log.flush();
    }
    if (done_) done_();
  }

  asio::io_context& loop_;
  Acceptor acceptor_;
  asio::steady_timer sweep_;
  Services services_;
  Deadlines deadlines_;
  std::atomic<bool> retiring_ = false;
  std::atomic<bool> draining_ = false;
  bool closed_ = false;  ///< whether the acceptor is closed
  std::string date_ = date_now();
  std::set<Connection*> open_connections_;
  std::size_t open_ = 0;  ///< connections, including those without a session yet
  std::function<void()> done_;
};

Server::Server(asio::io_context& loop, const Tcp::endpoint& address, Services services)
    : state_(std::make_unique<State>(loop, address, services)) {}

Server::~Server() = default;

void Server::check_free(const Tcp::endpoint& address) {
  asio::io_context loop;
  boost::system::error_code error;
  Acceptor acceptor(loop.get_executor());
  acceptor.open(address.protocol(), error);
  if (!error) acceptor.set_option(Acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(address, error);
  if (!error) return;
  throw std::runtime_error("cannot listen at " + address.address().to_string() + " port " +
                           std::to_string(address.port()) + ": " + error.message());
}

Tcp::endpoint Server::address() const { return state_->address(); }

void Server::start() { state_->start(); }

void Server::retire() { state_->retire(); }

void Server::drain(std::function<void()> done) { state_->drain(std::move(done)); }

}  // namespace kith::http
