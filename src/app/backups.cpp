#include "app/backups.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include "backup/backup.hpp"
#include "base/digits.hpp"
#include "base/folder.hpp"

namespace kith::app {

namespace {

constexpr std::string_view backup_prefix = "kith-";
constexpr std::string_view suffix = ".tar.zst";
constexpr std::string_view digits_and_marks = "00000000T000000Z";  // ISO 8601, basic format

bool is_backup(std::string_view name) {
  if (!name.starts_with(backup_prefix) || !name.ends_with(suffix)) return false;
  name.remove_prefix(backup_prefix.size());
  name.remove_suffix(suffix.size());
  return std::ranges::equal(name, digits_and_marks, [](char c, char wanted) {
    return wanted == '0' ? is_digit(c) : c == wanted;
  });
}

/// Shows no progress, and aborts the backup when the server stops.
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

/// Removes the files of a killed run. Only one instance runs the job at a time.
void remove_partials(const std::filesystem::path& folder) {
  constexpr std::string_view end = ".partial";
  for (const std::string& name : names_in(folder)) {
    if (!name.ends_with(end)) continue;
    if (is_backup(std::string_view(name).substr(0, name.size() - end.size()))) {
      std::filesystem::remove(folder / name);
    }
  }
}

}  // namespace

std::string backup_name(Time now) {
  return std::string(backup_prefix) + compact(now) + std::string(suffix);
}

std::optional<Time> newest_backup(const std::string& folder) {
  std::optional<Time> newest;
  if (!std::filesystem::exists(folder)) return newest;
  for (const std::string& name : names_in(folder)) {
    if (!is_backup(name)) continue;
    struct stat found = {};
    if (::stat((folder + "/" + name).c_str(), &found) != 0) continue;
    const Time written{found.st_mtim.tv_sec * micros_per_second};
    if (!newest || *newest < written) newest = written;
  }
  return newest;
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
  make_private_folder(folder);
  remove_partials(folder);
  const std::string name = backup_name(now);
  const std::string path = folder / name;
  Quiet progress(stopping_);
  const auto written =
      backup::write_backup(path, database_.bulk(store::BulkMode::read), blobs_, progress);
  spdlog::info("backup: written file={} rows={} bytes={}", path, written.head.rows,
               std::filesystem::file_size(path));
  // An archive without pictures must not replace archives with pictures.
  if (written.pictures.missing > 0 && written.pictures.written == 0) {
    throw std::runtime_error("no picture was found at KITH_BLOB_URL; old backups are kept");
  }
  int removed = 0;
  for (const std::string& old : superfluous_backups(names_in(folder), settings_.backup_keep)) {
    if (old == name) continue;  // the clock was ahead before
    removed += std::filesystem::remove(folder / old) ? 1 : 0;
  }
  return removed;
}

}  // namespace kith::app
