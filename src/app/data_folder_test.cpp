#include "app/data_folder.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <gmock/gmock.h>

#include "base/temporary_folder.hpp"

namespace kith::app {

namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr DataFolder all[] = {DataFolder::existing, DataFolder::initialized, DataFolder::served,
                              DataFolder::created};

Settings settings_of(const std::string& folder, Switch required = Switch::off) {
  Settings settings;
  settings.data_dir = folder;
  settings.data_required = required;
  return settings;
}

TEST(DataFolder, IsMissing) {
  const TemporaryFolder folder;
  const std::string path = folder.file("data");
  for (const Switch required : {Switch::off, Switch::on}) {
    for (const DataFolder wanted : all) {
      const Settings settings = settings_of(path, required);
      if (wanted == DataFolder::created) {
        prepare_data_folder(settings, wanted);
        EXPECT_TRUE(std::filesystem::is_directory(path));
        std::filesystem::remove(path);
        continue;
      }
      EXPECT_THAT([&] { prepare_data_folder(settings, wanted); },
                  ThrowsMessage<std::runtime_error>(HasSubstr("mount its disk")));
      EXPECT_FALSE(std::filesystem::exists(path));
    }
  }
}

TEST(DataFolder, IsEmpty) {
  const TemporaryFolder folder;
  for (const DataFolder wanted : all) {
    prepare_data_folder(settings_of(folder.path()), wanted);
    const Settings required = settings_of(folder.path(), Switch::on);
    if (wanted == DataFolder::existing || wanted == DataFolder::created) {
      prepare_data_folder(required, wanted);
      continue;
    }
    EXPECT_THAT([&] { prepare_data_folder(required, wanted); },
                ThrowsMessage<std::runtime_error>(HasSubstr("KITH_DATA_REQUIRED")));
  }
}

TEST(DataFolder, HasData) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("kith.db")).flush();
  for (const DataFolder wanted : all) {
    prepare_data_folder(settings_of(folder.path(), Switch::on), wanted);
  }
}

TEST(DataFolder, WithPostgresHasTheKeyOrThePictures) {
  const TemporaryFolder folder;
  Settings settings = settings_of(folder.path(), Switch::on);
  settings.database_url = DatabaseUrl::parse("postgres://h/kith").value();
  const auto prepare = [&] { prepare_data_folder(settings, DataFolder::served); };
  EXPECT_THAT(prepare, ThrowsMessage<std::runtime_error>(HasSubstr("secret.key")));
  settings.secret_key = std::string(32, 'k');
  EXPECT_THAT(prepare, ThrowsMessage<std::runtime_error>(HasSubstr("blobs")));
  std::filesystem::create_directory(folder.file("blobs"));
  prepare();
  settings.blob_url = blob::BlobUrl::parse("cloudinary://key:secret@cloud").value();
  std::filesystem::remove(folder.file("blobs"));
  prepare();
}

TEST(DataFolder, IsNotAFolder) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("data")).flush();
  EXPECT_THAT([&] { prepare_data_folder(settings_of(folder.file("data")), DataFolder::created); },
              ThrowsMessage<std::runtime_error>(HasSubstr("is not a folder")));
}

}  // namespace

}  // namespace kith::app
