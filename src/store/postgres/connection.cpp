#include "store/postgres/connection.hpp"

#include <chrono>

#include <openssl/ssl.h>
#include <poll.h>

#include "base/limits.hpp"

namespace kith::store::postgres {

namespace {

using SteadyClock = std::chrono::steady_clock;

std::string milliseconds(std::chrono::milliseconds time) { return std::to_string(time.count()); }

/// Settings for pages and single rows, which an index returns in their order. A generic plan is
/// made for the average account, so PostgreSQL would rather read and sort the whole account: cheap
/// for most, but slow for an account with very many contacts.
constexpr const char* by_index_alone =
    "; set enable_seqscan = off; set enable_bitmapscan = off; set enable_sort = off";

/// Returns the statements that set up a session; unlike the connection's `options`, they pass
/// through a pooler. Scans use custom plans, because the best plan depends on the parameters and
/// the account. Starting parallel workers or the JIT compiler takes longer than the queries
/// themselves.
std::string session_of(ConnectionKind kind) {
  std::string text =
      "set jit = off; set max_parallel_workers_per_gather = 0; set client_min_messages = warning; "
      "set lock_timeout = " +
      milliseconds(limits::row_lock_deadline) + "; set statement_timeout = ";
  switch (kind) {
    case ConnectionKind::point:
      return text + milliseconds(limits::point_deadline) +
             "; set default_transaction_read_only = on" + by_index_alone;
    case ConnectionKind::scan:
      return text + milliseconds(limits::scan_deadline) +
             "; set default_transaction_read_only = on; set plan_cache_mode = force_custom_plan";
    case ConnectionKind::write:
      // An acknowledged write must be on disk, whatever the server's default is.
      return text + milliseconds(limits::write_deadline) +
             "; set default_transaction_isolation = 'read committed'; set synchronous_commit = on";
    case ConnectionKind::migrate: break;
  }
  return "set lock_timeout = 0; set statement_timeout = 0; set client_min_messages = warning";
}

/// Returns libpq's keywords: those of the URL, and defaults where it has none.
std::map<std::string, std::string> parameters_of(const Url& url) {
  auto parameters = url.parameters;
  parameters["client_encoding"] = "UTF8";
  parameters.try_emplace("application_name", "kith");
  parameters.try_emplace("connect_timeout",
                         std::to_string(limits::database_connect_timeout.count()));
  // Of several hosts, use the one that accepts writes; a single read-only host fails at once.
  parameters.try_emplace("target_session_attrs", "read-write");
  // Detects a dead host within seconds.
  parameters.try_emplace("tcp_user_timeout", "10000");
  parameters.try_emplace("keepalives_idle", "10");
  parameters.try_emplace("keepalives_interval", "3");
  parameters.try_emplace("keepalives_count", "3");
  return parameters;
}

/// The keywords as the arrays that libpq takes.
struct Keywords {
  explicit Keywords(const Url& url) : parameters(parameters_of(url)) {
    for (const auto& [keyword, text] : parameters) {
      keywords.push_back(keyword.c_str());
      texts.push_back(text.c_str());
    }
    keywords.push_back(nullptr);
    texts.push_back(nullptr);
  }

  const std::map<std::string, std::string> parameters;
  std::vector<const char*> keywords;
  std::vector<const char*> texts;
};

void ignore_notice(void*, const PGresult*) {}

void send_or_throw(PGconn* connection, int sent) {
  if (sent == 0) throw Unreachable(one_line(PQerrorMessage(connection)));
}

/// Waits until the server sends something and reads it. Sends pending output meanwhile.
void hear(PGconn* connection, SteadyClock::time_point deadline) {
  const int unsent = PQflush(connection);
  send_or_throw(connection, unsent >= 0);
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now()).count();
  const int events = unsent > 0 ? POLLIN | POLLOUT : POLLIN;
  pollfd socket{.fd = PQsocket(connection), .events = static_cast<short>(events), .revents = 0};
  if (left <= 0 || ::poll(&socket, 1, static_cast<int>(left)) == 0) {
    throw Unreachable("the server does not answer");
  }
  send_or_throw(connection, take_input(connection) ? 1 : 0);
}

/// Returns the next result, or libpq's null. PQgetResult would wait for a silent server without
/// limit.
ResultHandle get_result(PGconn* connection, SteadyClock::time_point deadline) {
  while (PQisBusy(connection) == 1) hear(connection, deadline);
  return ResultHandle(PQgetResult(connection));
}

/// Returns the next result of a pipeline.
ResultHandle next_result(PGconn* connection, SteadyClock::time_point deadline) {
  ResultHandle result = get_result(connection, deadline);
  return result ? std::move(result) : get_result(connection, deadline);
}

/// Sets up the session. Reads all results before it throws the first error: an error that ends the
/// session is followed by the end of the connection.
void set_up(PGconn* connection, ConnectionKind kind) {
  const auto deadline = SteadyClock::now() + limits::database_setup_timeout;
  send_or_throw(connection, PQsendQuery(connection, session_of(kind).c_str()));
  std::string error;
  while (const ResultHandle result = get_result(connection, deadline)) {
    const bool done = PQresultStatus(result.get()) == PGRES_COMMAND_OK;
    if (!done && error.empty()) error = message_of(result.get());
  }
  if (!error.empty()) throw DatabaseError(error);
}

/// Passes the answer to each registered query to `take`, then reads the end of the pipeline. Reads
/// everything before it throws the first error.
template <class Take>
void take_each(PGconn* connection, Take take) {
  const auto deadline = SteadyClock::now() + limits::database_setup_timeout;
  send_or_throw(connection, PQpipelineSync(connection));
  std::string error;
  for (const Query* query : Query::all()) {
    const ResultHandle result = next_result(connection, deadline);
    if (!result) throw Unreachable(one_line(PQerrorMessage(connection)));
    const auto status = PQresultStatus(result.get());
    if (state_of(result.get()).starts_with("57P")) {  // shutdown
      throw Unreachable(message_of(result.get()));
    }
    if (status == PGRES_COMMAND_OK) {
      take(*query, result.get());
    } else if (error.empty() && status != PGRES_PIPELINE_ABORTED) {
      error = std::string(query->name()) + ": " + message_of(result.get());
    }
  }
  const ResultHandle end = next_result(connection, deadline);
  if (!error.empty()) throw DatabaseError(error);
  if (!end || PQresultStatus(end.get()) != PGRES_PIPELINE_SYNC) {
    throw Unreachable(one_line(PQerrorMessage(connection)));
  }
}

std::string name_of(const Query& query) { return "kith" + std::to_string(query.number()); }

}  // namespace

std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n' || c == '\t') {
      if (!out.empty() && out.back() != ' ') out.push_back(' ');
    } else {
      out.push_back(c);
    }
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string message_of(const PGresult* result) {
  const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  return one_line(message ? message : PQresultErrorMessage(result));
}

bool take_input(PGconn* connection) {
  SSL* const tls = static_cast<SSL*>(PQsslStruct(connection, "OpenSSL"));
  do {
    if (PQconsumeInput(connection) == 0) return false;
  } while (tls && SSL_pending(tls) > 0);
  return true;
}

std::string_view state_of(const PGresult* result) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return state ? state : "";
}

std::string column_of(const PGresult* result) {
  const char* table = PQresultErrorField(result, PG_DIAG_TABLE_NAME);
  const char* column = PQresultErrorField(result, PG_DIAG_COLUMN_NAME);
  return table && column ? std::string(table) + "." + column : "";
}

Handle connect(const Url& url, ConnectionKind kind) {
  const Keywords all(url);
  Handle connection(PQconnectdbParams(all.keywords.data(), all.texts.data(), 0));
  if (!connection) throw std::bad_alloc();
  if (PQstatus(connection.get()) != CONNECTION_OK) {
    throw Unreachable(one_line(PQerrorMessage(connection.get())));
  }
  PQsetNoticeReceiver(connection.get(), ignore_notice, nullptr);
  const char* encoding = PQparameterStatus(connection.get(), "server_encoding");
  if (!encoding || std::string_view(encoding) != "UTF8") {
    throw DatabaseError("the database must be created with encoding UTF8");
  }
  set_up(connection.get(), kind);
  return connection;
}

bool accepts_connections(const Url& url) {
  const Keywords all(url);
  const PGPing answer = PQpingParams(all.keywords.data(), all.texts.data(), 0);
  return answer != PQPING_REJECT && answer != PQPING_NO_RESPONSE;
}

ResultHandle execute(PGconn* connection, const std::string& text) {
  ResultHandle result(PQexec(connection, text.c_str()));
  const auto status = PQresultStatus(result.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return result;
  const std::string error = one_line(PQerrorMessage(connection));
  if (PQstatus(connection) != CONNECTION_OK) throw Unreachable(error);
  throw DatabaseError(error);
}

void prepare_all(PGconn* connection) {
  send_or_throw(connection, PQenterPipelineMode(connection));
  PQsetnonblocking(connection, 1);  // a silent server may not read all of it
  for (const Query* query : Query::all()) {
    // The server infers the types of the parameters.
    send_or_throw(connection, PQsendPrepare(connection, name_of(*query).c_str(),
                                            query->postgres_text().c_str(), 0, nullptr));
  }
  take_each(connection, [](const Query&, const PGresult*) {});
}

Catalogue::Catalogue(PGconn* connection) {
  for (const Query* query : Query::all()) {
    send_or_throw(connection, PQsendDescribePrepared(connection, name_of(*query).c_str()));
  }
  take_each(connection, [this](const Query& query, const PGresult* result) {
    Described described{.name = name_of(query),
                        .query = query.name(),
                        .parameters = {},
                        .columns = {},
                        .types = {}};
    for (int i = 0; i < PQnparams(result); ++i) {
      described.parameters.push_back(PQparamtype(result, i));
    }
    for (int i = 0; i < PQnfields(result); ++i) {
      described.columns.emplace_back(PQfname(result, i));
      described.types.push_back(PQftype(result, i));
      if (!is_known(described.types.back())) {
        throw DatabaseError(std::string(query.name()) + ": the column " + described.columns.back() +
                            " has the unsupported type " + std::to_string(described.types.back()) +
                            ": cast it");
      }
    }
    statements_.push_back(std::move(described));
  });
}

}  // namespace kith::store::postgres
