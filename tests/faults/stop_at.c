// Kills the process in front of a statement: a library for LD_PRELOAD.
//
// While the file named by STOP_AT exists, the statements of the database library are counted in
// STOP_AT.count, and the process kills itself before the statement whose number is in the file.
// Statements are those that SQLite steps through to write or to end a transaction, and what libpq
// sends.

#define _GNU_SOURCE
#include <ctype.h>
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static long count = 0;

static void before_statement(void) {
  const char* path = getenv("STOP_AT");
  if (!path) return;
  pthread_mutex_lock(&mutex);
  FILE* order = fopen(path, "r");
  long last = 0;
  if (!order) {
    count = 0;
  } else if (fscanf(order, "%ld", &last) == 1) {
    ++count;
    char name[4096];
    snprintf(name, sizeof name, "%s.count", path);
    FILE* counter = fopen(name, "w");
    if (counter) {
      fprintf(counter, "%ld\n", count);
      fclose(counter);
    }
    if (count == last) kill(getpid(), SIGKILL);
  }
  if (order) fclose(order);
  pthread_mutex_unlock(&mutex);
}

typedef struct sqlite3 sqlite3;
typedef struct sqlite3_stmt sqlite3_stmt;

static int begins_with(const char* text, const char* word) {
  while (*text && isspace((unsigned char)*text)) ++text;
  return strncasecmp(text, word, strlen(word)) == 0;
}

static int ends_or_begins_transaction(const char* text) {
  return text && (begins_with(text, "begin") || begins_with(text, "commit") ||
                  begins_with(text, "savepoint") || begins_with(text, "release"));
}

int sqlite3_step(sqlite3_stmt* statement) {
  static int (*step)(sqlite3_stmt*);
  static int (*is_read_only)(sqlite3_stmt*);
  static const char* (*text_of)(sqlite3_stmt*);
  if (!step) {
    text_of = dlsym(RTLD_NEXT, "sqlite3_sql");
    is_read_only = dlsym(RTLD_NEXT, "sqlite3_stmt_readonly");
    step = dlsym(RTLD_NEXT, "sqlite3_step");
  }
  if (!is_read_only(statement) || ends_or_begins_transaction(text_of(statement))) {
    before_statement();
  }
  return step(statement);
}

typedef struct pg_conn PGconn;

int PQsendQueryPrepared(PGconn* connection, const char* name, int parameters,
                        const char* const* values, const int* lengths, const int* formats,
                        int result_format) {
  static int (*send)(PGconn*, const char*, int, const char* const*, const int*, const int*, int);
  if (!send) send = dlsym(RTLD_NEXT, "PQsendQueryPrepared");
  before_statement();
  return send(connection, name, parameters, values, lengths, formats, result_format);
}

int PQpipelineSync(PGconn* connection) {
  static int (*sync)(PGconn*);
  if (!sync) sync = dlsym(RTLD_NEXT, "PQpipelineSync");
  before_statement();
  return sync(connection);
}
