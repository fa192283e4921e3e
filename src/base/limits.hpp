#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// All limits of the server that are not settings. Names end with the unit.
namespace kith::limits {

using namespace std::chrono_literals;

// Requests.
inline constexpr std::size_t header_bytes_max = 16 * 1024;  ///< up to the blank line
inline constexpr std::size_t header_fields_max = 100;       ///< applies to trailers, too
inline constexpr std::size_t method_bytes_max = 32;
/// Bytes of chunk framing per byte of a chunked body, on top of `header_bytes_max`. A body in
/// chunks of one byte needs 5, or 12 with sizes of eight digits.
inline constexpr std::size_t chunk_framing_ratio_max = 16;
inline constexpr std::size_t target_bytes_max = 8 * 1024;
inline constexpr std::size_t body_bytes_max = 1024 * 1024;
/// The limit for callers that are not signed in, and for routes that read no body. A larger body,
/// or a body of unknown length, is read only after the caller is authenticated.
inline constexpr std::size_t access_body_bytes_max = 8 * 1024;
inline constexpr int token_chars_max = 100;
inline constexpr std::size_t json_depth_max = 32;
inline constexpr std::size_t query_parameters_max = 32;

// Error answers, whose size must not grow with invalid input.
inline constexpr std::size_t field_errors_max = 50;
inline constexpr std::size_t named_field_bytes_max = 100;

// Connections.
inline constexpr std::size_t connections_max = 10'000;  ///< per process
inline constexpr int connections_per_address_default = 256;
inline constexpr auto connections_note_interval = 60s;  ///< between log lines about refusals
inline constexpr std::size_t pipeline_reply_bytes_max = 64 * 1024;  ///< answers in one write
inline constexpr std::size_t kept_buffer_bytes_max = 64 * 1024;     ///< kept between requests
/// The size at which a piece of a streamed answer (`http::Streamed`) is sent.
inline constexpr std::size_t stream_piece_bytes = 64 * 1024;
/// Total size of bodies larger than `access_body_bytes_max` in the process; further bodies are
/// refused with 503. An account may hold at most half of the free part.
inline constexpr std::size_t large_bodies_bytes_max = 128 * 1024 * 1024;
/// Total size of answers larger than `kept_buffer_bytes_max` that are being built or sent in the
/// process; further large answers are refused with 503.
inline constexpr std::size_t large_answers_bytes_max = 192 * 1024 * 1024;
/// Unsent bytes that the kernel queues per connection (TCP_NOTSENT_LOWAT). A small value, so that
/// the progress of a slow client can be measured.
inline constexpr int unsent_bytes_max = 128 * 1024;
inline constexpr auto handshake_timeout = 10s;  ///< TLS
inline constexpr auto header_timeout = 10s;     ///< from the first byte to the blank line
inline constexpr auto idle_timeout = 75s;       ///< between requests
/// After a grace period, bodies must arrive and answers must be read at an average rate, and never
/// with a longer pause than `transfer_silence_max` (`Pace`).
inline constexpr auto transfer_grace = 30s;
inline constexpr auto transfer_silence_max = 30s;
inline constexpr std::size_t transfer_bytes_per_second_min = 8 * 1024;
inline constexpr auto lingering_timeout = 2s;  ///< reading on after a refusal
inline constexpr auto drain_timeout = 8s;      ///< to finish requests in flight after SIGTERM
/// Time for a request that may be in transit while the server stops.
inline constexpr auto drain_idle_timeout = 300ms;
inline constexpr auto sweep_interval = 500ms;          ///< between checks of deadlines
inline constexpr std::size_t forwarded_hops_max = 32;  ///< trusted proxies in front of the server
inline constexpr std::size_t header_name_bytes_max = 64;  ///< of a header named in a setting
inline constexpr auto loop_sample_interval = 10ms;        ///< of the watchdog
inline constexpr auto loop_hold_max = 50ms;               ///< CPU time of a handler
inline constexpr auto turn_time = 4ms;  ///< of a request's changes, before other handlers run
inline constexpr auto loop_hold_note_interval = 1s;  ///< between log lines during a hold

// Contacts (characters are Unicode code points).
inline constexpr int name_chars_max = 200;
inline constexpr int email_chars_max = 254;
inline constexpr int phone_chars_max = 50;
inline constexpr int notes_chars_max = 10'000;
/// Bytes of a text before it is normalized, per character allowed in its field: allows for white
/// space and for decomposed text.
inline constexpr std::size_t uncleaned_bytes_per_char = 32;
inline constexpr int birth_year_min = 1600;
inline constexpr int contacts_default_max = 100'000;
inline constexpr std::int64_t account_default_bytes_max = std::int64_t{2} << 30;
inline constexpr std::size_t sort_key_bytes_max = 240;

// Accounts.
inline constexpr int username_chars_max = 100;
inline constexpr int password_chars_min = 8;
inline constexpr int password_chars_max = 128;
inline constexpr auto setup_link_lifetime = 30min;
inline constexpr auto refresh_grace = 10s;  ///< for parallel requests with the same token
inline constexpr std::size_t agent_bytes_max = 200;
/// Bytes of a password that are checked for guessability.
inline constexpr std::size_t guessable_bytes_max = 64;
inline constexpr int app_password_name_chars_max = 100;
inline constexpr int app_passwords_max = 100;
inline constexpr auto app_password_use_interval = 60s;  ///< precision of the last use
inline constexpr auto verification_lifetime = 24h;      ///< of an e-mail verification link
inline constexpr auto password_reset_lifetime = 1h;     ///< of a password reset link
/// Minimum duration of answers that must not reveal whether an address has an account; longer than
/// the work for an existing account takes.
inline constexpr auto concealed_answer_time = 100ms;
/// The part of `large_answers_bytes_max` that an account export reserves while it is sent, whatever
/// the size of the archive: a page of items, its JSON, the compressor and a piece of the archive.
inline constexpr std::size_t export_memory_bytes = 4 * 1024 * 1024;
/// Exports that the budget admits at once. Each has at most a single piece in the compressor's
/// queue.
inline constexpr std::size_t exports_max = large_answers_bytes_max / export_memory_bytes;

// Pictures: input, output, and resources of the decoding process.
inline constexpr std::size_t picture_bytes_max = 5 * 1024 * 1024;
/// For GIF and PNG with 16 bits per channel, and for lossless WebP, which is decoded as a whole.
inline constexpr int picture_pixels_max = 16'000'000;
inline constexpr int png_pixels_max = 40'000'000;  ///< 8 bits per channel: 8K screenshots
/// For JPEG and lossy WebP, which are decoded at a fraction of their size: photos from phones.
inline constexpr int scaled_picture_pixels_max = 110'000'000;
inline constexpr int picture_edge_pixels_max = 65'535;  ///< for GIF; JPEG allows at most 65,500
inline constexpr int avatar_edge_pixels = 250;
inline constexpr float avatar_quality = 80;
inline constexpr std::size_t avatar_bytes_max = 256 * 1024;
inline constexpr std::size_t picture_memory_bytes_max = 192 * 1024 * 1024;
inline constexpr std::size_t picture_address_bytes_max = 384 * 1024 * 1024;
inline constexpr auto picture_cpu_timeout = 4s;
inline constexpr auto picture_timeout = 10s;  ///< longer than its CPU time: the machine may be busy
inline constexpr std::size_t picture_threads = 2;  ///< concurrent decodings
inline constexpr std::size_t picture_queue_max = 16;
inline constexpr std::size_t part_header_bytes_max = 4096;  ///< headers of a file in a form
inline constexpr std::size_t form_parts_max = 64;           ///< fields and the file

// The picture store: timeouts and answer size of a remote service.
inline constexpr auto blob_connect_timeout = 4s;
inline constexpr auto blob_timeout = 10s;
inline constexpr std::size_t blob_answer_bytes_max = 64 * 1024;
inline constexpr auto blob_retry_after = 5s;    ///< for clients, if the service does not respond
inline constexpr auto blob_link_lifetime = 1h;  ///< of a presigned URL
inline constexpr std::size_t blob_threads = 2;  ///< each for reads and for writes
inline constexpr std::size_t blob_write_queue_max = 32;
inline constexpr std::size_t blob_read_queue_max = 512;
inline constexpr int blob_failures_max = 3;    ///< then a job postpones the rest
inline constexpr auto unused_avatar_age = 1h;  ///< of an avatar that was uploaded but never used

// Pages.
inline constexpr int page_size_default = 50;
inline constexpr int page_size_max = 500;
/// Bytes of the items of a page. The first item always fits.
inline constexpr std::size_t page_bytes_max = 1024 * 1024;
/// Rows in the first read of a page, and the factor by which each further read may grow.
inline constexpr int page_read_rows = 101;
inline constexpr int page_read_growth = 4;
inline constexpr int birthday_days_default = 7;
inline constexpr int birthday_days_max = 366;
inline constexpr int search_chars_max = 200;
inline constexpr std::size_t search_words_max = 16;                ///< per query
inline constexpr std::size_t search_page_bytes_max = 1024 * 1024;  ///< of a page's contacts

// In-process search: rows per read, changes kept beside an index's block, and the sizes beyond
// which dedicated threads do the work.
inline constexpr int search_memory_default_mib = 256;
inline constexpr int search_load_rows = 2000;
inline constexpr int search_point_rows = 500;  ///< accounts up to this size use the point lane
inline constexpr std::size_t search_loads_max = 256;         ///< concurrent
inline constexpr std::size_t search_field_bytes_max = 2048;  ///< per field, folded
inline constexpr std::size_t search_changes_max = 1024;
/// Contacts from which a block has a filter: scanning fewer is faster than building the filter.
inline constexpr std::size_t search_filter_contacts_min = 4096;
/// Indexes up to this size are updated on the loop, larger indexes on a thread.
inline constexpr std::size_t search_change_bytes_max = 2 * 1024 * 1024;
/// Indexes up to this size are searched on the loop, larger indexes on a thread.
inline constexpr std::size_t search_find_bytes_max = 24 * 1024 * 1024;
/// Additional words that double the estimated cost of a query.
inline constexpr std::size_t search_words_per_cost = 3;
inline constexpr std::size_t search_threads = 2;
inline constexpr std::size_t search_queue_max = 256;
inline constexpr int search_attempts_max = 4;  ///< while contacts change between search and fetch
inline constexpr std::size_t zone_name_bytes_max = 64;
inline constexpr std::size_t zone_file_bytes_max = 64 * 1024;
inline constexpr auto zone_lifetime = 10min;  ///< of a cached zone, before its file is read again
inline constexpr std::size_t cursor_bytes_max = 1024;

// Bulk changes and the history.
inline constexpr std::size_t batch_operations_max = 1000;
inline constexpr std::size_t batch_bytes_max = 8 * 1024 * 1024;
/// Results of a batch beyond this size contain the id and the revision of each contact, but not its
/// fields.
inline constexpr std::size_t batch_answer_bytes_max = 4 * 1024 * 1024;
/// Operations on stored contacts that a batch holds in memory at once. Each may take 80 KiB, twice.
inline constexpr std::size_t batch_loaded_contacts_max = 100;
/// Memory that a batch reserves from `large_answers_bytes_max` before it begins: its loaded
/// contacts and its answer.
inline constexpr std::size_t batch_memory_bytes = 16 * 1024 * 1024;
inline constexpr std::size_t writes_per_transaction = 100;
inline constexpr int history_changes_max = 1000;  ///< examined per contact
/// Work on more bytes than this runs on another thread than the loop's (`run_large`).
inline constexpr std::size_t large_work_bytes = 128 * 1024;
inline constexpr std::size_t large_work_threads = 2;
inline constexpr std::size_t large_work_queue_max = 64;
/// Lines of a card that is edited as JSContact or whose changes a history shows: larger cards would
/// hold the loop.
inline constexpr std::size_t card_json_lines_max = 4000;
/// Bytes of earlier cards that a page of a history reads; changes before show no members of a card.
inline constexpr std::size_t history_card_bytes_max = 16 * 1024 * 1024;
inline constexpr auto undo_window = 1h;  ///< maximum duration of a request's changes
/// A change of many contacts (undo, restore) runs in pieces of at most this many contacts and about
/// this many characters of old values.
inline constexpr int change_piece_contacts = 300;
inline constexpr std::int64_t change_piece_chars = 1024 * 1024;
/// An undo of an undo within this time counts as a repeated request (a double click).
inline constexpr auto undo_repeat_window = 2s;

// The history of an account, measured as its old values plus a fixed amount per change.
inline constexpr int history_default_mib = 256;
/// The migration to schema 12 uses the same value.
inline constexpr std::int64_t history_row_bytes = 150;
/// Bytes written by a loop between checks of an account's total.
inline constexpr std::int64_t history_check_bytes = 1024 * 1024;
inline constexpr std::size_t history_accounts_max = 10'000;  ///< counted per loop

// Idempotency keys.
inline constexpr std::size_t idempotency_key_chars_max = 255;
inline constexpr auto idempotency_key_lifetime = 24h;
inline constexpr auto idempotency_lease = 60s;  ///< afterwards the first request counts as dead

// Jobs.
inline constexpr auto job_lease = 10min;       ///< renewed three times as often
inline constexpr auto job_retry_delay = 1min;  ///< after the first failure, then doubled
inline constexpr int purge_rows_max = 500;     ///< per transaction
inline constexpr int derived_rows_max = 100;   ///< contacts recomputed per transaction

// E-mail.
inline constexpr int mailbox_name_chars_max = 100;
inline constexpr auto mail_poll_interval = 1s;         ///< between checks of the outbox
inline constexpr auto mail_poll_error_delay = 10s;     ///< between checks after a failure
inline constexpr std::size_t mails_in_flight_max = 4;  ///< per instance
inline constexpr auto mail_connect_timeout = 15s;
inline constexpr auto mail_send_timeout = 60s;
inline constexpr auto mail_lease = 3min;            ///< longer than sending a mail can take
inline constexpr auto mail_retry_delay_min = 1min;  ///< after the first failure, then doubled
inline constexpr auto mail_retry_delay_max = 6h;
inline constexpr auto mail_retry_period = 72h;  ///< afterwards the mail has failed
inline constexpr int mail_kept_days = 30;       ///< for sent and failed mails
inline constexpr std::size_t mail_error_bytes_max = 300;
inline constexpr std::size_t mail_line_bytes_max = 998;  ///< without CRLF (RFC 5322, 2.1.1)
inline constexpr int mails_counted_max = 10'000;         ///< by the metrics

// SQLite's write-ahead log, in pages of 4 KiB: when it is checkpointed, and up to which size the
// reads of a loop may share a snapshot.
inline constexpr int checkpoint_log_pages = 8000;
inline constexpr auto checkpoint_idle = 1s;  ///< also checkpointed after this time without writes
inline constexpr int shared_snapshot_log_pages_max = 4000;

// PostgreSQL: connections per loop and lane, and requests in flight per connection. A write that
// waits for a row must not delay writes of other accounts, so each write connection has only a
// single request in flight.
inline constexpr std::size_t point_connections_max = 2;
inline constexpr std::size_t write_connections_max = 4;
inline constexpr std::size_t scan_connections_max = 1;
inline constexpr std::size_t point_pipeline_depth_max = 64;
inline constexpr auto point_deadline = 5s;
inline constexpr auto write_deadline = 10s;
inline constexpr auto row_lock_deadline = 3s;  ///< waiting for a row that another transaction locks
/// Silence beyond a deadline after which the server counts as dead.
inline constexpr auto database_silence_max = 5s;
inline constexpr auto database_connect_timeout = 5s;  ///< per host, up to its greeting
/// Time for setting up a session or preparing all statements; beyond it the server counts as
/// silent.
inline constexpr auto database_setup_timeout = 10s;
inline constexpr auto database_retry_delay_min = 50ms;  ///< between attempts to connect, doubled
inline constexpr auto database_retry_delay_max = 1s;
inline constexpr auto database_start_timeout = 60s;       ///< for a server that is not up yet
inline constexpr auto database_start_note_interval = 5s;  ///< between log lines about it
inline constexpr int transaction_retries_max = 3;
inline constexpr auto transaction_retry_delay = 5ms;  ///< before the first retry, then doubled

// Redis: after these deadlines callers continue without it. After a few failures in a row, calls
// are suspended until a probe succeeds.
inline constexpr std::size_t redis_reply_bytes_max = 1024 * 1024;  ///< larger: not Redis
inline constexpr int redis_reply_items_max = 1024;                 ///< per array
inline constexpr auto redis_deadline = 100ms;                      ///< per call
inline constexpr std::size_t redis_failures_max = 3;
inline constexpr std::size_t redis_calls_max = 4096;  ///< in flight per loop
inline constexpr auto redis_connect_timeout = 1s;
inline constexpr auto redis_retry_delay_min = 50ms;  ///< between attempts to connect, doubled
inline constexpr auto redis_retry_delay_max = 1s;
inline constexpr auto redis_steady_after = 10s;   ///< then a connection counts as stable
inline constexpr auto redis_ping_interval = 1s;   ///< on the subscription
inline constexpr auto redis_mark_lifetime = 60s;  ///< far longer than a lookup takes

// Queues. When a queue is full, the answer is 503 with Retry-After.
inline constexpr std::size_t write_queue_max = 4096;
inline constexpr std::size_t account_write_queue_max = 512;  ///< per account
inline constexpr std::size_t write_group_max = 256;
inline constexpr std::size_t write_group_statements_max = 1000;  ///< about 15 ms of the writer
inline constexpr std::size_t read_queue_max = 256;               ///< scans
inline constexpr std::size_t point_queue_max = 4096;             ///< on PostgreSQL
inline constexpr auto scan_deadline = 5s;
inline constexpr std::size_t password_queue_max = 64;
inline constexpr auto retry_after = 1s;

// Backups and copies: rows per read, and the size of a file in an archive, which is held in memory.
inline constexpr std::size_t bulk_piece_rows = 1000;
inline constexpr std::size_t bulk_piece_bytes = 4 << 20;
inline constexpr std::size_t backup_part_bytes = 4 << 20;  ///< per file; then a new file begins
inline constexpr std::size_t backup_file_bytes_max = 64 << 20;
inline constexpr std::size_t backup_files_max = 2'000'000;
/// How far a restore raises revisions if the clocks differ.
inline constexpr std::int64_t revisions_ahead = 1'000'000'000;

// Rate limits: callers tracked, counters compared and hash buckets searched to make room for a new
// counter, and CORS origins allowed.
inline constexpr std::size_t rate_callers_max = 200'000;
inline constexpr std::size_t rate_eviction_samples = 8;
inline constexpr std::size_t rate_eviction_buckets_max = 64;
inline constexpr std::size_t cors_origins_max = 32;
inline constexpr auto preflight_lifetime = 2h;

// Caches.
inline constexpr auto principal_recheck_interval = 1s;
inline constexpr std::size_t cached_principals_max = 10'000;
inline constexpr std::size_t cached_zones_max = 64;
inline constexpr int write_attempts_max = 16;  ///< many clients may change one contact at once

// Settings.
inline constexpr std::size_t secret_file_bytes_max = 64 * 1024;
inline constexpr std::size_t text_file_bytes_max = 1024 * 1024;  ///< of settings
inline constexpr std::size_t suggestion_bytes_max = 64;          ///< of a mistyped name
inline constexpr std::size_t setting_warnings_max = 100;         ///< of unknown names in a source

// Logs.
inline constexpr std::size_t access_buffer_bytes_max = 64 * 1024;

}  // namespace kith::limits
