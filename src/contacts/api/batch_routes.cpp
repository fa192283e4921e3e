#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/limits.hpp"
#include "base/turns.hpp"
#include "contacts/api/contact_body.hpp"
#include "contacts/api/contact_services.hpp"
#include "http/memory_share.hpp"
#include "http/problem.hpp"
#include "json/slices.hpp"
#include "json/write.hpp"

namespace kith::contacts {

using http::Access;
using http::Body;
using http::Caller;
using http::Exchange;
using http::LimitClass;
using http::NewIds;
using http::Rights;

namespace {

enum class BatchAction : std::uint8_t { create, replace, patch, remove, restore };
constexpr std::array<std::string_view, 5> names_of(BatchAction) {
  return {"create", "replace", "patch", "delete", "restore"};
}

/// The properties of an action.
struct ActionRule {
  ChangeKind kind;
  Access access;
  bool has_contact;  ///< whether the operation carries fields
  int status;        ///< HTTP status on success
};

constexpr std::array<ActionRule, 5> action_rules{{
    {ChangeKind::created, Access::contacts_create, true, 201},
    {ChangeKind::changed, Access::contacts_change, true, 200},
    {ChangeKind::changed, Access::contacts_change, true, 200},
    {ChangeKind::deleted, Access::contacts_delete, false, 204},
    {ChangeKind::restored, Access::contacts_change, false, 200},
}};

const ActionRule& rule_of(BatchAction verb) { return action_rules[static_cast<std::size_t>(verb)]; }

/// One operation of a request. Its contact is parsed when the operation runs, so that an invalid
/// contact fails only this operation.
struct BatchOperation {
  BatchAction op = BatchAction::create;
  std::optional<ContactId> id;
  std::optional<std::int64_t> revision;
  std::optional<json::Deferred<ContactBody>> contact;

  static std::string schema_name() { return "BatchOperation"; }
  static constexpr auto fields() {
    return kith::fields(
        field("op", &BatchOperation::op, {.required = true}),
        field("id", &BatchOperation::id,
              {.doc = "Required except for `create`, where it may be a UUID of version 7 that you "
                      "chose."}),
        field("revision", &BatchOperation::revision,
              {.doc = "The revision that you have; fails with 412 if it is not the latest."}),
        field("contact", &BatchOperation::contact,
              {.doc = "The fields to `create` or `replace` with; for `patch` a merge patch."}));
  }

  std::vector<FieldError> check(Time) const {
    std::vector<FieldError> errors;
    const bool wants_contact = rule_of(op).has_contact;
    if (op != BatchAction::create && !id) errors.push_back({"id", "is required"});
    if (op == BatchAction::create && id && id->uuid.version() != 7) {
      errors.push_back({"id", "of a new contact must be a UUID of version 7"});
    }
    if (op == BatchAction::create && revision)
      errors.push_back({"revision", "must not be given for a new contact"});
    if (wants_contact != contact.has_value()) {
      errors.push_back(
          {"contact", wants_contact ? "is required" : "must not be given for this operation"});
    }
    return errors;
  }
};

struct BatchRequest {
  json::Deferred<std::vector<BatchOperation>> operations;

  static std::string schema_name() { return "Batch"; }
  static constexpr std::string_view example =
      R"({"operations":[{"op":"create","contact":{"first_name":"Anna","last_name":"Krüger",)"
      R"("email":"anna@example.org"}},{"op":"create","contact":{"first_name":"Béla",)"
      R"("phone":"+36 1 234 5678"}}]})";
  static constexpr auto fields() {
    return kith::fields(field("operations", &BatchRequest::operations,
                              {.doc = "On different contacts; each succeeds or fails as a whole.",
                               .items_min = 1,
                               .items_max = limits::batch_operations_max,
                               .required = true}));
  }
};

/// The result of one operation.
struct BatchResult {
  int status = 0;
  std::optional<ContactId> id = {};
  std::optional<std::int64_t> revision = {};
  std::optional<Contact> contact = {};
  std::optional<json::Raw> problem = {};

  static std::string schema_name() { return "BatchResult"; }
  static constexpr auto fields() {
    return kith::fields(
        field("status", &BatchResult::status, {.doc = "HTTP status, as for a single request."}),
        field("id", &BatchResult::id),
        field("revision", &BatchResult::revision, {.doc = "The revision in the ETag."}),
        field("contact", &BatchResult::contact,
              {.doc = "Null if it was deleted or refused, or if the previous results exceed 4 MiB; "
                      "in this case get the contact by its id."}),
        field("problem", &BatchResult::problem,
              {.doc = "Problem details (RFC 9457) of a refused operation, else null.",
               .schema = "Problem"}));
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

/// Reads all operations and collects their errors.
class BatchReader {
 public:
  explicit BatchReader(Time now) : now_(now) {}

  Result<std::vector<BatchOperation>> read(const BatchRequest& request) {
    json::for_each_element(request.operations.json, [this](std::string_view json) {
      add(json);
      return count_ <= limits::batch_operations_max;
    });
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
      refuse(where + ".id", "is also the id of another operation of this batch");
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

Operation operation_of(const BatchOperation& asked, NewIds& ids, Time now) {
  const bool fresh = asked.op == BatchAction::create && !asked.id;
  Operation operation{.kind = rule_of(asked.op).kind,
                      .id = fresh ? ids.make<ContactId>() : *asked.id,
                      .has_new_id = fresh && !ids.repeated(),
                      .repeated = fresh && ids.repeated()};
  if (asked.revision) operation.seen = {*asked.revision};
  if (!asked.contact) return operation;
  const bool is_patch = asked.op == BatchAction::patch;
  set_body(operation, asked.contact->json,  // lives as long as the request
           {.mode = is_patch ? json::Mode::merge : json::Mode::whole,
            .card = is_patch ? CardEdit::merge : CardEdit::replace,
            .now = now});
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
  if (asked.op != BatchAction::remove) result.contact = *std::move(done);
  return result;
}

/// The response to a batch: a `BatchReply` as JSON.
struct BatchAnswer {
  std::string json;
};

void write_reply(Exchange& exchange, BatchAnswer& answer) {
  exchange.response.content_type = "application/json";
  exchange.response.body = std::move(answer.json);
}

constexpr int first_server_fault = 500;

/// Returns the value of the member `name` of an object, or an empty view.
std::string_view member(std::string_view object, std::string_view name) {
  std::string_view found;
  json::for_each_member(object, [&](std::string_view each, std::string_view value) {
    if (each == name) found = value;
  });
  return found;
}

/// Returns whether a result is not a server error.
bool is_final(std::string_view result) {
  const std::string_view status = member(result, "status");
  return status.size() == 3 && status.front() < '5';
}

/// Returns the results of an earlier attempt of the request, by operation; empty for operations
/// that must run. The views are valid as long as `keyed`.
std::vector<std::string_view> earlier_results(const std::optional<http::KeyedRequest>& keyed,
                                              std::size_t count) {
  std::vector<std::string_view> results(count);
  if (!keyed || keyed->earlier_answer.empty()) return results;
  std::size_t i = 0;
  json::for_each_element(member(keyed->earlier_answer, "results"), [&](std::string_view result) {
    if (i < count && is_final(result)) results[i] = result;
    return ++i < count;
  });
  return results;
}

/// The size of the stored cards that operations load together. A larger card is loaded alone.
constexpr std::size_t loaded_bytes_max = 4 * 1024 * 1024;

/// Runs one batch and writes its answer.
class BatchRun {
 public:
  BatchRun(Services& services, Caller caller, Exchange& exchange, std::vector<BatchOperation> asked)
      : services_(services),
        caller_(std::move(caller)),
        exchange_(exchange),
        asked_(std::move(asked)),
        earlier_(earlier_results(exchange.keyed, asked_.size())) {}

  Task<Result<BatchAnswer>> finish() {
    memory_.set_owner(caller_.who.account);
    if (!memory_.grow_to(limits::batch_memory_bytes)) {
      co_return std::unexpected(http::too_many_answers());
    }
    auto refused = co_await charge_all();
    if (refused) co_return std::unexpected(*std::move(refused));
    const Origin origin = group_origin_of(caller_);
    answer_ = "{\"results\":[";
    Turns turns;
    for (std::size_t begin = 0; begin < asked_.size();) {
      const std::size_t end = co_await end_of_part(begin);
      std::vector<Operation> operations;
      for (std::size_t i = begin; i < end; ++i) {
        if (turns.is_over()) co_await turns.next();
        // Ids are generated for all operations, so that they are the same in each attempt.
        Operation operation = operation_of(asked_[i], caller_.ids, caller_.now);
        if (is_run(i)) operations.push_back(std::move(operation));
      }
      auto done = co_await services_.contacts.apply_all(caller_.who.account, operations, origin);
      for (const auto& each : done) {
        const bool is_gone = !each && each.error().code == Errc::unauthenticated;
        if (is_gone) co_return std::unexpected(each.error());
      }
      append_results(begin, end, std::move(done));
      begin = end;
    }
    answer_ += "]}";
    co_return BatchAnswer{std::move(answer_)};
  }

 private:
  bool is_allowed(std::size_t i) const {
    return Rights{caller_.who, exchange_.policy}.allow(rule_of(asked_[i].op).access);
  }
  bool is_run(std::size_t i) const { return earlier_[i].empty() && is_allowed(i); }

  /// Returns the end of the operations from `begin` that run together. The number of loaded
  /// contacts and the size of their cards are limited, because the size of the request limits
  /// neither.
  Task<std::size_t> end_of_part(std::size_t begin) {
    std::size_t end = begin;
    std::vector<ContactId> loaded;
    std::vector<std::size_t> places;
    for (; end < asked_.size(); ++end) {
      if (!is_run(end) || asked_[end].op == BatchAction::create) continue;
      if (loaded.size() == limits::batch_loaded_contacts_max) break;
      loaded.push_back(*asked_[end].id);
      places.push_back(end);
    }
    const auto sizes = co_await services_.contacts.card_sizes(caller_.who.account, loaded);
    if (!sizes) co_return end;  // the operations fail for the same reason
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
      bytes += (*sizes)[i].content + (*sizes)[i].parts;
      if (i > 0 && bytes > loaded_bytes_max) co_return places[i];
    }
    co_return end;
  }

  /// Counts each operation against the rate limits, like a single request.
  Task<std::optional<Error>> charge_all() {
    int creations = 0;
    int others = 0;
    for (std::size_t i = 0; i < asked_.size(); ++i) {
      if (earlier_[i].empty()) ++(asked_[i].op == BatchAction::create ? creations : others);
    }
    const std::string account(caller_.who.account.uuid.bytes());
    auto refused =
        co_await http::charge(exchange_, LimitClass::contacts_create, account, creations);
    if (refused) co_return refused;
    co_return co_await http::charge(exchange_, LimitClass::contacts_write, account, others);
  }

  /// Appends the results of the operations from `begin` to `end`. REQUIRES: `done` has the results
  /// of the operations that were run.
  void append_results(std::size_t begin, std::size_t end, std::vector<Result<Contact>> done) {
    auto next = done.begin();
    for (std::size_t i = begin; i < end; ++i) {
      if (i > 0) answer_.push_back(',');
      if (!earlier_[i].empty()) {
        answer_ += earlier_[i];
        continue;
      }
      Result<Contact> result = refuse(Errc::forbidden, "Your role does not allow this operation.");
      if (is_allowed(i)) result = std::move(*next++);
      const bool is_brief = answer_.size() > limits::batch_answer_bytes_max;
      if (is_brief && !result) result.error().members.clear();
      BatchResult shown = result_of(asked_[i], std::move(result), exchange_.request);
      if (shown.status >= first_server_fault) exchange_.answer_is_final = false;
      if (is_brief) shown.contact.reset();
      json::write(answer_, shown);
    }
  }

  Services& services_;
  Caller caller_;
  Exchange& exchange_;
  std::vector<BatchOperation> asked_;
  std::vector<std::string_view> earlier_;
  http::AnswerShare memory_;
  std::string answer_;
};

Task<Result<BatchAnswer>> run_batch(Services& services, Caller caller, Body<BatchRequest> body,
                                    Exchange* exchange) {
  auto asked = BatchReader(caller.now).read(body.value);
  if (!asked) co_return std::unexpected(std::move(asked.error()));
  BatchRun run(services, std::move(caller), *exchange, *std::move(asked));
  co_return co_await run.finish();
}

}  // namespace

}  // namespace kith::contacts

namespace kith::http {

template <>
struct DescribeReply<contacts::BatchAnswer> {
  static void to(EndpointDoc& doc) { describe_json<contacts::BatchReply>(doc, 200); }
};

}  // namespace kith::http

namespace kith::contacts {

std::vector<http::Route> batch_routes(Services* services) {
  return {{.verb = http::Verb::post,
           .path = "/api/v1/contacts/batch",
           .endpoint = http::endpoint<&run_batch>(services),
           .access = Access::contacts_read,
           .id = "batch_contacts",
           .summary =
               "Run up to 1,000 operations. A repeat with the same Idempotency-Key runs only "
               "operations with a status of 500 or more again",
           .errors = {Errc::unavailable},
           .body_bytes_max = limits::batch_bytes_max,
           .idempotent_by_key = true}};
}

}  // namespace kith::contacts
