#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/limits.hpp"
#include "contacts/rest.hpp"
#include "http/problem.hpp"
#include "json/slices.hpp"

namespace kith::contacts {

using http::Access;
using http::Body;
using http::Caller;
using http::Exchange;
using http::LimitClass;
using http::NewIds;
using http::Reply;
using http::Rights;

namespace {

enum class Verb : std::uint8_t { create, replace, patch, remove, restore };
constexpr std::array<std::string_view, 5> names_of(Verb) {
  return {"create", "replace", "patch", "delete", "restore"};
}

/// What there is to say of a verb.
struct VerbRule {
  ChangeKind kind;
  Access access;
  bool has_contact;  ///< whether the operation carries fields
  int status;        ///< when it is done
};

constexpr std::array<VerbRule, 5> verb_rules{{
    {ChangeKind::created, Access::contacts_create, true, 201},
    {ChangeKind::changed, Access::contacts_change, true, 200},
    {ChangeKind::changed, Access::contacts_change, true, 200},
    {ChangeKind::deleted, Access::contacts_delete, false, 204},
    {ChangeKind::restored, Access::contacts_change, false, 200},
}};

const VerbRule& rule_of(Verb verb) { return verb_rules[static_cast<std::size_t>(verb)]; }

/// One operation as it is sent. Its contact is read when its turn comes: what is wrong with it
/// concerns this operation alone.
struct BatchOperation {
  Verb op = Verb::create;
  std::optional<ContactId> id;
  std::optional<std::int64_t> revision;
  std::optional<json::Deferred<ContactFields>> contact;

  static std::string schema_name() { return "BatchOperation"; }
  static constexpr auto fields() {
    return kith::fields(
        field("op", &BatchOperation::op, {.required = true}),
        field("id", &BatchOperation::id,
              {.doc = "Required but for `create`, where it may be a UUID of version 7 of yours."}),
        field("revision", &BatchOperation::revision,
              {.doc = "The one that you have seen: 412 if it is not the newest."}),
        field("contact", &BatchOperation::contact,
              {.doc = "The fields to `create` or `replace` with; for `patch` a merge patch."}));
  }

  std::vector<FieldError> check(Time) const {
    std::vector<FieldError> errors;
    const bool wants_contact = rule_of(op).has_contact;
    if (op != Verb::create && !id) errors.push_back({"id", "is required"});
    if (op == Verb::create && id && id->uuid.version() != 7) {
      errors.push_back({"id", "of a new contact must be a UUID of version 7"});
    }
    if (op == Verb::create && revision) errors.push_back({"revision", "is not for a new contact"});
    if (wants_contact != contact.has_value()) {
      errors.push_back({"contact", wants_contact ? "is required" : "is not for this operation"});
    }
    return errors;
  }
};

struct BatchRequest {
  json::Deferred<std::vector<BatchOperation>> operations;

  static std::string schema_name() { return "Batch"; }
  static constexpr auto fields() {
    return kith::fields(field("operations", &BatchRequest::operations,
                              {.doc = "Of different contacts; each is done whole or not at all.",
                               .items_max = limits::batch_operations_max,
                               .required = true}));
  }
};

/// What became of one operation.
struct BatchResult {
  int status = 0;
  std::optional<ContactId> id = {};
  std::optional<std::int64_t> revision = {};
  std::optional<Contact> contact = {};
  std::optional<json::Raw> problem = {};

  static std::string schema_name() { return "BatchResult"; }
  static constexpr auto fields() {
    return kith::fields(
        field("status", &BatchResult::status, {.doc = "As of a single request."}),
        field("id", &BatchResult::id),
        field("revision", &BatchResult::revision, {.doc = "The number in the ETag."}),
        field("contact", &BatchResult::contact, {.doc = "Null when it was deleted or refused."}),
        field("problem", &BatchResult::problem,
              {.doc = "Problem details (RFC 9457) of what was refused, else null."}));
  }
};

struct BatchReply {
  std::vector<BatchResult> results;

  static std::string schema_name() { return "BatchResults"; }
  static constexpr auto fields() {
    return kith::fields(
        field("results", &BatchReply::results, {.doc = "In the order of the operations."}));
  }
};

/// Reads all operations, and gathers what is wrong with any of them.
class BatchReader {
 public:
  explicit BatchReader(Time now) : now_(now) {}

  Result<std::vector<BatchOperation>> read(const BatchRequest& request) {
    json::for_each_element(request.operations.json, [this](std::string_view json) { add(json); });
    if (count_ == 0) refuse("operations", "must not be empty");
    if (count_ > limits::batch_operations_max) {
      refuse("operations", "must have at most 1000 items");
    }
    if (errors_.empty()) return std::move(operations_);
    return std::unexpected(Error{.code = Errc::invalid,
                                 .detail = "The request has fields that are not valid.",
                                 .fields = std::move(errors_)});
  }

 private:
  void add(std::string_view json) {
    const std::string where = "operations[" + std::to_string(count_++) + "]";
    if (count_ > limits::batch_operations_max) return;
    auto operation = json::read<BatchOperation>(json, now_);
    if (!operation) {
      for (FieldError& error : operation.error().fields) {
        const bool whole = error.field == "body";
        refuse(whole ? where : where + "." + error.field, std::move(error.message));
      }
      return;
    }
    if (operation->id && !ids_.insert(*operation->id).second) {
      refuse(where + ".id", "is that of another operation of this batch");
    }
    operations_.push_back(*operation);
  }

  void refuse(std::string field, std::string message) {
    if (errors_.size() < limits::field_errors_max) {
      errors_.push_back({std::move(field), std::move(message)});
    }
  }

  Time now_;
  std::size_t count_ = 0;
  std::vector<BatchOperation> operations_;
  std::set<ContactId> ids_;
  std::vector<FieldError> errors_;
};

/// How the contact of an operation follows from what it is.
Change change_of(const BatchOperation& asked, Time now) {
  if (!asked.contact) return {};
  const std::string_view json = asked.contact->json;  // lives as long as the request
  if (asked.op != Verb::patch) {
    return [json, now](const Contact*) { return json::read<ContactFields>(json, now); };
  }
  return [json, now](const Contact* current) {
    return json::merge<ContactFields>(*current, json, now);
  };
}

Operation operation_of(const BatchOperation& asked, NewIds& ids, Time now) {
  const bool fresh = asked.op == Verb::create && !asked.id;
  Operation operation{.kind = rule_of(asked.op).kind,
                      .id = fresh ? ids.make<ContactId>() : *asked.id,
                      .change = change_of(asked, now),
                      .has_new_id = fresh && !ids.repeated(),
                      .repeated = ids.repeated()};
  if (asked.revision) operation.seen = {*asked.revision};
  return operation;
}

BatchResult result_of(const BatchOperation& asked, Result<Contact> done,
                      const http::Request& request) {
  BatchResult result{.id = asked.id};
  if (!done) {
    result.status = http::status_of(done.error().code);
    result.problem = json::Raw{http::problem_text(done.error(), request)};
    return result;
  }
  result.status = rule_of(asked.op).status;
  result.id = done->id;
  result.revision = done->revision;
  if (asked.op != Verb::remove) result.contact = *std::move(done);
  return result;
}

/// Counts each operation as the request that it stands for.
Task<std::optional<Error>> charge_all(Exchange& exchange,
                                      const std::vector<BatchOperation>& asked) {
  const auto creations = std::ranges::count(asked, Verb::create, &BatchOperation::op);
  const auto others = static_cast<std::ptrdiff_t>(asked.size()) - creations;
  const std::string account(exchange.principal->account.uuid.bytes());
  auto refused = co_await http::charge(exchange, LimitClass::contacts_create, account,
                                       static_cast<int>(creations));
  if (refused) co_return refused;
  co_return co_await http::charge(exchange, LimitClass::contacts_write, account,
                                  static_cast<int>(others));
}

Task<Result<Reply<BatchReply>>> run_batch(Rest& rest, Caller caller, Body<BatchRequest> body,
                                          Exchange* exchange) {
  const auto asked = BatchReader(caller.now).read(body.value);
  if (!asked) co_return std::unexpected(asked.error());
  auto refused = co_await charge_all(*exchange, *asked);
  if (refused) co_return std::unexpected(*std::move(refused));
  const Rights rights{caller.who, exchange->policy};
  std::vector<Operation> operations;
  for (const BatchOperation& each : *asked) {
    if (rights.allow(rule_of(each.op).access)) {
      operations.push_back(operation_of(each, caller.ids, caller.now));
    }
  }
  auto done =
      co_await rest.contacts.apply_all(caller.who.account, operations, as_unit(origin_of(caller)));
  BatchReply reply;
  auto next = done.begin();
  for (const BatchOperation& each : *asked) {
    Result<Contact> result = refuse(Errc::forbidden, "Your role does not allow this.");
    if (rights.allow(rule_of(each.op).access)) result = std::move(*next++);
    reply.results.push_back(result_of(each, std::move(result), exchange->request));
  }
  co_return Reply<BatchReply>{std::move(reply)};
}

}  // namespace

std::vector<http::Route> batch_routes(Rest* rest) {
  return {{.verb = http::Verb::post,
           .path = "/api/v1/contacts/batch",
           .endpoint = http::endpoint<&run_batch>(rest),
           .access = Access::contacts_read,
           .id = "batch_contacts",
           .summary = "Up to 1,000 operations at once",
           .body_bytes_max = limits::batch_bytes_max,
           .repeatable = true,
           .has_large_answer = true}};
}

}  // namespace kith::contacts
