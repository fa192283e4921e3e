#include "app/data_folder.hpp"

#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>

#include "base/folder.hpp"

namespace kith::app {

namespace {

namespace fs = std::filesystem;

/// Returns whether the file or folder exists. Throws std::runtime_error when the check fails.
bool exists(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) return false;
  if (!error) return true;
  throw std::runtime_error("cannot open " + path + ": " + error.message() +
                           "; run kith as the user that owns the data");
}

/// Returns a file that exists in every installation after its first start; empty if there may be
/// no file.
std::string proof_of_data(const Settings& settings) {
  if (!settings.database_url.postgres) return settings.sqlite_path();
  if (settings.secret_key.empty()) return settings.data_dir + "/secret.key";
  return settings.blob_url.scheme == blob::Scheme::file ? settings.blob_folder() : "";
}

void require_data(const Settings& settings) {
  const std::string proof = proof_of_data(settings);
  if (proof.empty() || exists(proof)) return;
  throw std::runtime_error("KITH_DATA_REQUIRED is on, but there is no " + proof +
                           "; mount the disk of KITH_DATA_DIR, or create a new installation with "
                           "kith init");
}

/// Returns whether the command may create the missing folder.
bool may_create(const Settings& settings, DataFolder wanted) {
  if (wanted == DataFolder::created) return true;
  const bool is_default = settings.data_dir == Settings().data_dir;
  return wanted == DataFolder::served && is_default && settings.data_required == Switch::off;
}

}  // namespace

void prepare_data_folder(const Settings& settings, DataFolder wanted) {
  const std::string& path = settings.data_dir;
  if (!exists(path)) {
    if (may_create(settings, wanted)) return make_private_folder(path);
    throw std::runtime_error("KITH_DATA_DIR: there is no folder " + path +
                             "; mount its disk, or create a new installation with kith init");
  }
  if (!fs::is_directory(path))
    throw std::runtime_error("KITH_DATA_DIR: " + path + " is not a folder");
  const bool may_be_empty = wanted == DataFolder::existing || wanted == DataFolder::created;
  if (settings.data_required == Switch::on && !may_be_empty) require_data(settings);
}

}  // namespace kith::app
