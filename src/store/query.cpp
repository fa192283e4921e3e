#include "store/query.hpp"

#include <utility>

namespace kith::store {

namespace {

// A function-local static, because queries of other files are constructed before this file's
// globals.
std::vector<const Query*>& registry() {
  static std::vector<const Query*> queries;
  return queries;
}

}  // namespace

Query::Query(std::string_view name, std::string text, std::string postgres)
    : name_(name),
      text_(std::move(text)),
      postgres_(std::move(postgres)),
      number_(registry().size()) {
  registry().push_back(this);
}

const std::vector<const Query*>& Query::all() { return registry(); }

}  // namespace kith::store
