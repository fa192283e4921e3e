#include "account_export/zip.hpp"

#include <stdexcept>

#include <archive.h>
#include <archive_entry.h>

namespace kith::account_export {

namespace {

void check(archive* writer, long long result) {
  if (result < ARCHIVE_OK) throw std::runtime_error(archive_error_string(writer));
}

la_ssize_t append_to(archive*, void* out, const void* bytes, std::size_t size) {
  static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

struct FreeEntry {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

}  // namespace

void ZipWriter::Close::operator()(archive* writer) const { archive_write_free(writer); }

ZipWriter::ZipWriter(Time now) : now_(now), writer_(archive_write_new()) {
  check(writer_.get(), archive_write_set_format_zip(writer_.get()));
  check(writer_.get(), archive_write_set_bytes_in_last_block(writer_.get(), 1));  // no padding
  check(writer_.get(),
        archive_write_open2(writer_.get(), out_.get(), nullptr, append_to, nullptr, nullptr));
}

void ZipWriter::begin(const std::string& name) {
  const std::unique_ptr<archive_entry, FreeEntry> entry(archive_entry_new());
  archive_entry_set_pathname_utf8(entry.get(), name.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0600);
  archive_entry_set_mtime(entry.get(), now_.micros / micros_per_second, 0);
  check(writer_.get(), archive_write_header(writer_.get(), entry.get()));
}

void ZipWriter::append(std::string_view bytes) {
  check(writer_.get(), archive_write_data(writer_.get(), bytes.data(), bytes.size()));
}

void ZipWriter::finish() { check(writer_.get(), archive_write_close(writer_.get())); }

void ZipWriter::take(std::string& out) {
  out += *out_;
  out_->clear();
}

}  // namespace kith::account_export
