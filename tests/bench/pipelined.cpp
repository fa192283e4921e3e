// Measures libpq's pipelines without the server: one thread, one loop over a few connections, each
// with several point reads in flight. All values are binary.
// `./dev bench postgres` compiles it.
//
//   pipelined CONNINFO STATEMENT IDS CONNECTIONS DEPTH SECONDS SHARE
//
// IDS is a file with 32 hexadecimal digits per line: the account (`$1`), then contacts (`$2`). With
// SHARE 1 the reads of one loop turn share a Sync; with SHARE 0 each read has its own.
// Prints the reads per second, and this process's microseconds of CPU per read.

#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <list>
#include <stdexcept>
#include <string>
#include <vector>

#include <libpq-fe.h>
#include <poll.h>

namespace {

using Clock = std::chrono::steady_clock;
using Id = std::array<char, 16>;

std::vector<Id> read_ids(const char* path) {
  std::vector<Id> ids;
  std::ifstream file(path);
  for (std::string line; file >> line;) {
    Id id;
    for (std::size_t i = 0; i < id.size(); ++i) {
      id[i] = static_cast<char>(std::stoi(line.substr(2 * i, 2), nullptr, 16));
    }
    ids.push_back(id);
  }
  return ids;
}

/// One connection and its reads in flight.
class Pipe {
 public:
  Pipe(const char* conninfo, const char* statement, const std::vector<Id>& ids, bool shares)
      : connection_(PQconnectdb(conninfo)), ids_(ids), shares_(shares) {
    check(PQstatus(connection_) == CONNECTION_OK);
    PGresult* prepared = PQprepare(connection_, "read", statement, 0, nullptr);
    check(PQresultStatus(prepared) == PGRES_COMMAND_OK);
    PQclear(prepared);
    check(PQsetnonblocking(connection_, 1) == 0 && PQenterPipelineMode(connection_) == 1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() { PQfinish(connection_); }

  void send() {
    at_ = at_ + 1 == ids_.size() ? 1 : at_ + 1;  // the first is the account
    const char* values[] = {ids_[0].data(), ids_[at_].data()};
    const int sizes[] = {16, 16};
    const int formats[] = {1, 1};
    check(PQsendQueryPrepared(connection_, "read", 2, values, sizes, formats, 1) == 1);
    unsynced_ = true;
    if (!shares_) sync();
  }

  /// Returns false if data is still unsent.
  bool flush() {
    if (unsynced_) sync();
    const int left = PQflush(connection_);
    check(left >= 0);
    return left == 0;
  }

  /// Consumes available results and returns the number of finished reads.
  std::size_t receive() {
    check(PQconsumeInput(connection_) == 1);
    std::size_t over = 0;
    for (int nulls = 0; nulls < 2 && PQisBusy(connection_) == 0;) {
      PGresult* result = PQgetResult(connection_);
      nulls = result ? 0 : nulls + 1;
      if (!result) continue;
      const auto status = PQresultStatus(result);
      check(status == PGRES_PIPELINE_SYNC || (status == PGRES_TUPLES_OK && PQntuples(result) == 1));
      over += status == PGRES_TUPLES_OK ? 1 : 0;
      PQclear(result);
    }
    return over;
  }

  int socket() const { return PQsocket(connection_); }

 private:
  void sync() {
    unsynced_ = false;
    check(PQpipelineSync(connection_) == 1);
  }

  void check(bool holds) const {
    if (!holds) throw std::runtime_error(PQerrorMessage(connection_));
  }

  PGconn* connection_;
  const std::vector<Id>& ids_;
  std::size_t at_ = 0;
  bool shares_;
  bool unsynced_ = false;
};

/// Keeps all pipes full for the given time and returns the number of reads.
std::size_t read_for(std::chrono::seconds time, std::list<Pipe>& pipes, std::size_t depth) {
  std::vector<pollfd> waiting;
  for (Pipe& pipe : pipes) {
    for (std::size_t i = 0; i < depth; ++i) pipe.send();
    pipe.flush();
    waiting.push_back({pipe.socket(), POLLIN, 0});
  }
  std::size_t reads = 0;
  for (const auto end = Clock::now() + time; Clock::now() < end;) {
    if (poll(waiting.data(), waiting.size(), 1000) < 0) throw std::runtime_error("poll");
    auto ready = waiting.begin();
    for (Pipe& pipe : pipes) {
      pollfd& each = *ready++;
      if (each.revents == 0) continue;
      const std::size_t over = pipe.receive();
      for (std::size_t k = 0; k < over; ++k) pipe.send();
      each.events = static_cast<short>(pipe.flush() ? POLLIN : POLLIN | POLLOUT);
      reads += over;
    }
  }
  return reads;
}

}  // namespace

int main(int, char** arguments) {
  const auto ids = read_ids(arguments[3]);
  std::list<Pipe> pipes;
  for (int i = std::atoi(arguments[4]); i > 0; --i) {
    pipes.emplace_back(arguments[1], arguments[2], ids, *arguments[7] == '1');
  }
  const std::clock_t spent_before = std::clock();
  const auto begin = Clock::now();
  const auto reads =
      static_cast<double>(read_for(std::chrono::seconds(std::atoi(arguments[6])), pipes,
                                   static_cast<std::size_t>(std::atoi(arguments[5]))));
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  const double spent = static_cast<double>(std::clock() - spent_before) / CLOCKS_PER_SEC;
  std::cout << reads / seconds << ' ' << spent / reads * 1e6 << '\n';
}
