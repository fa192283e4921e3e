#include "cli/gather_settings.hpp"

#include <array>
#include <cerrno>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include "app/env_file.hpp"
#include "app/setting_sources.hpp"

namespace kith::cli {

namespace {

constexpr std::array default_files{".env", "/etc/kith/kith.env"};

/// Returns whether the file exists. A file that cannot be opened counts, because ignoring it would
/// start with other settings. In a working directory that this user may not enter (`sudo -u kith`
/// from /root), the file counts as missing.
bool exists(const char* path) {
  struct stat found = {};
  return ::lstat(path, &found) == 0 || (errno != ENOENT && errno != ENOTDIR && errno != EACCES);
}

Result<app::SourceTexts> read_file(const std::string& path) {
  if (path.empty()) return app::SourceTexts();
  auto text = app::read_text_file(path);
  if (!text) {
    return refuse(text.error().code, "cannot read the settings file " + text.error().detail);
  }
  return app::read_env_file({path, *std::move(text)});
}

}  // namespace

std::string choose_file(const std::string& named, std::span<const char* const> defaults) {
  if (!named.empty()) return named;
  for (const char* path : defaults) {
    if (exists(path)) return path;
  }
  return {};
}

Result<GatheredSettings> gather_settings(const SettingFlags& flags) {
  auto file = read_file(choose_file(flags.env_file, default_files));
  if (!file) return std::unexpected(file.error());
  auto environment = app::read_environment(environ);
  if (!environment) return std::unexpected(environment.error());
  auto settings = app::make_settings({flags.texts, environment->texts, file->texts});
  if (!settings) return std::unexpected(settings.error());
  GatheredSettings gathered{*std::move(settings), std::move(environment->warnings)};
  for (std::string& warning : file->warnings) gathered.warnings.push_back(std::move(warning));
  return gathered;
}

}  // namespace kith::cli
