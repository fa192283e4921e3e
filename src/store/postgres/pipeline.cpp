#include "store/postgres/pipeline.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <boost/asio/post.hpp>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.hpp"

namespace kith::store::postgres {

namespace {

/// Returns whether the server ends connections with that SQLSTATE.
bool ends_connection(std::string_view state) {
  return state == "57P01" || state == "57P02" || state == "57P03" || state == "57P05" ||
         state.starts_with("08");
}

/// Returns whether another connection would not have the failure: a prepared statement is missing
/// or was made for other tables, or the server became read-only after a failover.
bool is_of_connection(std::string_view state, ConnectionKind kind) {
  return state == "26000" || state == "0A000" ||
         (state == "25006" && kind == ConnectionKind::write);
}

/// Returns how long the server may be silent while a request is in flight.
std::chrono::milliseconds silence_max(ConnectionKind kind) {
  switch (kind) {
    case ConnectionKind::point: return limits::point_deadline + limits::database_silence_max;
    case ConnectionKind::scan: return limits::scan_deadline + limits::database_silence_max;
    default: return limits::write_deadline + limits::database_silence_max;
  }
}

/// Makes `watched` own a duplicate of the socket's descriptor.
void watch_copy_of(int socket, boost::asio::posix::stream_descriptor& watched) {
  const int copy = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) throw std::system_error(errno, std::generic_category(), "duplicate a descriptor");
  boost::system::error_code failed;
  watched.assign(copy, failed);
  if (!failed) return;
  ::close(copy);
  throw std::system_error(failed.value(), std::system_category(), "watch a connection");
}

bool is_fatal(const PGresult* result) {
  const char* severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  return severity && std::string_view(severity) != "ERROR";
}

}  // namespace

Pipeline::Pipeline(boost::asio::any_io_executor loop, Handle connection, ConnectionKind kind)
    : loop_(std::move(loop)),
      connection_(std::move(connection)),
      socket_(loop_),
      watchdog_(loop_),
      kind_(kind) {
  watch_copy_of(PQsocket(connection_.get()), socket_);
  PQsetnonblocking(connection_.get(), 1);
  PQsetNoticeReceiver(connection_.get(), &Pipeline::note_notice, this);
}

void Pipeline::note_notice(void* self, const PGresult* notice) {
  auto* pipeline = static_cast<Pipeline*>(self);
  if (!ends_connection(state_of(notice))) return;
  pipeline->doomed_ = true;
  pipeline->why_ = message_of(notice);
}

bool Pipeline::is_alive() {
  if (broken_ || doomed_) return false;
  if (is_waiting()) return true;
  char byte = 0;
  for (;;) {
    const auto seen = ::recv(PQsocket(connection_.get()), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (seen < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    if (seen == 0 || PQconsumeInput(connection_.get()) == 0) return false;
    static_cast<void>(PQisBusy(connection_.get()));  // makes it process notices
    if (doomed_) return false;
  }
}

bool Pipeline::send(Request& request) {
  if (broken_ || doomed_) return false;
  PGconn* connection = connection_.get();
  for (const Step& step : request.steps) {
    const Parameters parameters(*step.statement, *step.values);
    constexpr int binary = 1;
    if (PQsendQueryPrepared(connection, step.statement->name.c_str(), parameters.count(),
                            parameters.pointers(), parameters.sizes(), parameters.formats(),
                            binary) == 0) {
      return break_off_soon();
    }
  }
  // Without its Sync, the server rolls everything back.
  if (shares_sync()) {
    unsynced_ = true;
  } else if (!sync()) {
    return break_off_soon();
  }
  if (in_flight_.empty()) {
    heard_at_ = std::chrono::steady_clock::now();
    watch();
  }
  in_flight_.push_back({std::move(request), {}, {}});
  in_flight_.back().rows.reserve(in_flight_.back().request.steps.size());
  flush_soon();
  return true;
}

bool Pipeline::sync() {
  unsynced_ = false;
  ++syncs_;
  return PQpipelineSync(connection_.get()) == 1;
}

/// Breaks the connection off later, because callers must not be notified while the lane is at work.
/// Returns false, for `send`.
bool Pipeline::break_off_soon() {
  doomed_ = true;
  why_ = one_line(PQerrorMessage(connection_.get()));
  boost::asio::post(loop_, [self = shared_from_this()] { self->break_off(self->why_); });
  return false;
}

/// Sends the requests of one turn of the loop together.
void Pipeline::flush_soon() {
  if (flushing_) return;
  flushing_ = true;
  boost::asio::post(loop_, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) {
      self->flushing_ = false;
      self->flush();
    }
  });
}

void Pipeline::flush() {
  if (broken_) return;
  if (unsynced_ && !sync()) return answer(false);
  const int left = PQflush(connection_.get());
  if (left < 0) return answer(false);
  if (left == 0) return wait_readable();
  wait_writable();
  // A flush that could not send everything also read input, which the socket does not report again.
  answer(true);
}

void Pipeline::wait_readable() {
  if (reading_ || !is_waiting() || broken_) return;
  reading_ = true;
  socket_.async_wait(socket_.wait_read, [weak = weak_from_this()](boost::system::error_code error) {
    const auto self = weak.lock();
    if (!self || self->broken_) return;
    self->reading_ = false;
    if (error) return self->break_off(error.message());
    self->on_readable();
  });
}

void Pipeline::wait_writable() {
  if (writing_) return;
  writing_ = true;
  socket_.async_wait(socket_.wait_write,
                     [weak = weak_from_this()](boost::system::error_code error) {
                       const auto self = weak.lock();
                       if (!self || self->broken_) return;
                       self->writing_ = false;
                       if (error) return self->break_off(error.message());
                       self->flush();
                     });
}

/// Watches for a silent server: a hanging server, or a network that drops packets, closes no
/// connection.
void Pipeline::watch() {
  watchdog_.expires_at(heard_at_ + silence_max(kind_));
  watchdog_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    const auto self = weak.lock();
    if (error || !self || self->broken_ || self->in_flight_.empty()) return;
    const auto silence = std::chrono::steady_clock::now() - self->heard_at_;
    if (silence >= silence_max(self->kind_)) return self->break_off("it does not answer");
    self->watch();
  });
}

void Pipeline::on_readable() {
  heard_at_ = std::chrono::steady_clock::now();
  answer(take_input(connection_.get()));
}

void Pipeline::answer(bool usable) {
  const auto self = shared_from_this();
  std::vector<Finished> finished;
  usable = take_results(finished) && usable;
  if (in_flight_.empty()) watchdog_.cancel();
  if (usable) {
    wait_readable();
    if (listener_.progressed && !finished.empty()) listener_.progressed();
  } else {
    break_off(why_.empty() ? one_line(PQerrorMessage(connection_.get())) : why_);
  }
  for (Finished& each : finished) each.done(nullptr, std::move(each.outcome));
}

bool Pipeline::take_results(std::vector<Finished>& finished) {
  // Each statement's results end with a null; two in a row mean that nothing is left.
  for (int nulls = 0; is_waiting() && nulls < 2;) {
    if (PQisBusy(connection_.get()) == 1) return !doomed_;
    const ResultHandle result(PQgetResult(connection_.get()));
    nulls = result ? 0 : nulls + 1;
    if (result) take_result(result.get(), finished);
    if (doomed_) return false;
  }
  return !is_waiting();
}

void Pipeline::take_result(const PGresult* result, std::vector<Finished>& finished) {
  const auto status = PQresultStatus(result);
  if (status == PGRES_PIPELINE_SYNC) {
    --syncs_;
    if (!shares_sync()) finish_first(finished);
    return;
  }
  if (in_flight_.empty()) return;
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
    take_rows(result);
  } else if (status != PGRES_PIPELINE_ABORTED) {
    note_error(result);
  } else if (shares_sync()) {
    in_flight_.front().failure = Failure{Failure::Kind::undone, {}, "a read before it failed"};
  }
  if (shares_sync() && !doomed_) finish_first(finished);
}

void Pipeline::take_rows(const PGresult* result) {
  InFlight& first = in_flight_.front();
  const std::size_t number = first.rows.size();
  if (first.failure || number >= first.request.steps.size()) return;
  try {
    first.rows.push_back(read_result(*first.request.steps[number].statement, result));
  } catch (const DatabaseError& garbled) {
    first.failure = Failure{Failure::Kind::garbled, {}, garbled.what()};
  }
}

void Pipeline::finish_first(std::vector<Finished>& finished) {
  InFlight& first = in_flight_.front();
  if (first.failure && is_of_connection(first.failure->state, kind_)) {
    doomed_ = true;
    why_ = first.failure->text;
  }
  Outcome outcome = first.failure ? Outcome(std::unexpected(*std::move(first.failure)))
                                  : Outcome(std::move(first.rows));
  finished.push_back({std::move(first.request.done), std::move(outcome)});
  in_flight_.pop_front();
}

void Pipeline::note_error(const PGresult* result) {
  InFlight& first = in_flight_.front();
  const std::string_view state = state_of(result);
  const std::size_t done = first.rows.size();
  const std::string where(
      done < first.request.steps.size() ? first.request.steps[done].statement->query : "commit");
  std::string text = where + ": " + message_of(result) + " (" + std::string(state) + ")";
  // An error without a SQLSTATE comes from libpq itself: the connection is lost.
  if (state.empty()) {
    doomed_ = true;
    why_ = std::move(text);
  } else if (is_fatal(result) || ends_connection(state)) {
    doomed_ = true;
    why_ = text;
    // A pooler that lost its server cannot know whether the statements took effect.
    if (state.starts_with("08")) return;
    // The server answers in order: a statement without an answer took no effect.
    const bool perhaps_done = done == first.request.steps.size();
    for (InFlight& each : in_flight_) {
      if (perhaps_done && &each == &first) continue;
      each.failure = Failure{Failure::Kind::undone, std::string(state), text};
    }
  } else if (!first.failure) {
    const bool stale = is_of_connection(state, kind_);
    first.failure = Failure{stale ? Failure::Kind::undone : Failure::Kind::refused,
                            std::string(state), std::move(text), column_of(result)};
  }
}

void Pipeline::break_off(const std::string& why) {
  if (std::exchange(broken_, true)) return;
  const auto self = shared_from_this();
  watchdog_.cancel();
  boost::system::error_code ignored;  // close(2) closes a descriptor even if it fails
  socket_.close(ignored);
  auto unanswered = std::exchange(in_flight_, {});
  if (listener_.broke) listener_.broke(self, why);
  for (InFlight& each : unanswered) {
    Failure failure{Failure::Kind::lost, {}, why};
    if (each.failure) failure = *std::move(each.failure);
    each.request.done(nullptr, std::unexpected(std::move(failure)));
  }
}

}  // namespace kith::store::postgres
