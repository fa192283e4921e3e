#include "app/backups.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include <spdlog/spdlog.h>

#include "backup/restore.hpp"
#include "base/digits.hpp"

namespace kith::app {

namespace {

constexpr std::string_view prefix = "kith-";
constexpr std::string_view suffix = ".tar.zst";
constexpr std::string_view digits_and_marks = "00000000T000000Z";  // ISO 8601, basic format

bool is_backup(std::string_view name) {
  if (!name.starts_with(prefix) || !name.ends_with(suffix)) return false;
  name.remove_prefix(prefix.size());
  name.remove_suffix(suffix.size());
  return std::ranges::equal(name, digits_and_marks, [](char c, char wanted) {
    return wanted == '0' ? is_digit(c) : c == wanted;
  });
}

/// Nobody looks on, but the server may have to stop.
class Quiet : public backup::Progress {
 public:
  explicit Quiet(const std::atomic<bool>& stopping) : stopping_(stopping) {}
  void begin(std::string_view, std::int64_t) override {}
  void add(std::int64_t) override {
    if (stopping_) throw backup::Interrupted();
  }

 private:
  const std::atomic<bool>& stopping_;
};

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& each : std::filesystem::directory_iterator(folder)) {
    names.push_back(each.path().filename());
  }
  return names;
}

}  // namespace

std::string backup_name(Time now) {
  return std::string(prefix) + compact(now) + std::string(suffix);
}

std::vector<std::string> superfluous_backups(std::vector<std::string> names, int keep) {
  std::erase_if(names, [](const std::string& name) { return !is_backup(name); });
  std::ranges::sort(names, std::greater());
  names.erase(names.begin(), names.begin() + std::min<std::ptrdiff_t>(keep, std::ssize(names)));
  return names;
}

Backups::Backups(const Settings& settings, store::Database& database, blob::BlobStore& blobs)
    : settings_(settings),
      database_(database),
      blobs_(blobs),
      thread_(1, 1, "A backup is being written.") {}

Task<Result<int>> Backups::run(Time now) {
  co_return co_await thread_.run<int>([this, now] { return write(now); });
}

int Backups::write(Time now) {
  const std::filesystem::path folder = settings_.backup_folder();
  if (std::filesystem::create_directories(folder)) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
  }
  const std::string path = folder / backup_name(now);
  Quiet progress(stopping_);
  {
    const auto bulk = database_.bulk(store::BulkMode::read);
    backup::write_backup(path, *bulk, blobs_, progress);
  }
  const backup::Head head = backup::verify_backup(path, progress);
  spdlog::info("backup {}: {} rows, {} octets", path, head.rows, std::filesystem::file_size(path));
  int removed = 0;
  for (const std::string& name : superfluous_backups(names_in(folder), settings_.backup_keep)) {
    removed += std::filesystem::remove(folder / name) ? 1 : 0;
  }
  return removed;
}

}  // namespace kith::app
