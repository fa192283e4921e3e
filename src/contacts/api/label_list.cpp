#include "contacts/api/label_list.hpp"

#include <utility>

#include "base/limits.hpp"
#include "json/slices.hpp"

namespace kith::contacts {

namespace {

/// Reads an element of the array.
Result<LabelReference> read_item(std::string_view element, Time now) {
  if (element.empty() || (element.front() != '"' && element.front() != '{')) {
    return std::unexpected(
        invalid_field("body", "must be a name, or an object with an id or a name"));
  }
  const bool is_name = element.front() == '"';
  const std::string object =
      is_name ? "{\"name\":" + std::string(element) + "}" : std::string(element);
  auto item = json::read<LabelItem>(object, now);
  if (!item) return std::unexpected(std::move(item.error()));
  if (!item->id && !item->name) {
    return std::unexpected(invalid_field(is_name ? "body" : "name", "must not be empty"));
  }
  return LabelReference{item->id, std::move(item->name).value_or("")};
}

}  // namespace

Result<std::vector<LabelReference>> read_labels(std::string_view array, Time now) {
  std::vector<LabelReference> labels;
  std::vector<FieldError> errors;
  json::for_each_element(array, [&](std::string_view element) {
    const std::string where = "labels[" + std::to_string(labels.size()) + "]";
    if (labels.size() == labels_max) {
      errors.push_back({"labels", "must have at most " + std::to_string(labels_max) + " items"});
      return false;
    }
    auto label = read_item(element, now);
    labels.push_back(label ? *std::move(label) : LabelReference());
    if (label) return true;
    for (FieldError& error : label.error().fields) {
      const bool is_whole = error.field == "body";
      errors.push_back({is_whole ? where : where + "." + error.field, std::move(error.message)});
    }
    return errors.size() < limits::field_errors_max;
  });
  if (errors.empty()) return labels;
  return std::unexpected(Error{.code = Errc::invalid,
                               .detail = "The request has fields that are not valid.",
                               .fields = std::move(errors)});
}

}  // namespace kith::contacts
