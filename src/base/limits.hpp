#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// Every limit of the server that is not a setting. The unit stands last in the name.
namespace kith::limits {

using namespace std::chrono_literals;

// What a request may be.
inline constexpr std::size_t header_bytes_max = 16 * 1024;  ///< request line to blank line
inline constexpr std::size_t header_fields_max = 100;       ///< also of trailers
inline constexpr std::size_t method_bytes_max = 32;
/// Bytes of chunk framing for each byte of a chunked body, on top of `header_bytes_max`. A body in
/// chunks of one byte needs 5, or 12 with sizes of eight digits.
inline constexpr std::size_t chunk_framing_ratio_max = 16;
inline constexpr std::size_t target_bytes_max = 8 * 1024;
inline constexpr std::size_t body_bytes_max = 1024 * 1024;
/// Of callers who are not signed in, and of routes that read no body. A larger body, and one of
/// unknown length, is read only after the caller was authenticated.
inline constexpr std::size_t access_body_bytes_max = 8 * 1024;
inline constexpr int token_chars_max = 100;
inline constexpr std::size_t json_depth_max = 32;
inline constexpr std::size_t query_parameters_max = 32;

// What a refusal tells: an answer must not grow with the nonsense that was sent.
inline constexpr std::size_t field_errors_max = 50;
inline constexpr std::size_t named_field_bytes_max = 100;

// What a connection may do.
inline constexpr std::size_t connections_max = 10'000;  ///< of the whole process
inline constexpr int connections_per_address_default = 256;
inline constexpr auto connections_note_interval = 60s;  ///< between log lines about refused ones
inline constexpr std::size_t pipeline_reply_bytes_max = 64 * 1024;  ///< answers in one write
inline constexpr std::size_t kept_buffer_bytes_max = 64 * 1024;     ///< kept between requests
/// Of bodies larger than `access_body_bytes_max`, in the whole process; more are refused with 503.
/// An account may hold at most half of what is free.
inline constexpr std::size_t large_bodies_bytes_max = 128 * 1024 * 1024;
/// Answers larger than `kept_buffer_bytes_max` that are being made or sent, in the whole process.
/// Beyond it such answers are 503.
inline constexpr std::size_t large_answers_bytes_max = 192 * 1024 * 1024;
/// Unsent bytes that the kernel queues for a connection (TCP_NOTSENT_LOWAT). Small, so that the
/// progress of a slow client is seen.
inline constexpr int unsent_bytes_max = 128 * 1024;
inline constexpr auto handshake_timeout = 10s;  ///< of TLS
inline constexpr auto header_timeout = 10s;     ///< from the first byte to the blank line
inline constexpr auto idle_timeout = 75s;       ///< between requests
/// A body must arrive and an answer be taken, after a grace period, at an average rate, and never
/// with a longer silence (`Pace`).
inline constexpr auto transfer_grace = 30s;
inline constexpr auto transfer_silence_max = 30s;
inline constexpr std::size_t transfer_bytes_per_second_min = 8 * 1024;
inline constexpr auto lingering_timeout = 2s;  ///< reading on after a refusal
inline constexpr auto drain_timeout = 8s;      ///< to finish what is in flight at SIGTERM
/// For a request that may be on its way while the server stops.
inline constexpr auto drain_idle_timeout = 300ms;
inline constexpr auto sweep_interval = 500ms;             ///< how often deadlines are looked at
inline constexpr std::size_t forwarded_hops_max = 32;     ///< trusted proxies in front of us
inline constexpr std::size_t header_name_bytes_max = 64;  ///< of a header that a setting names
inline constexpr auto loop_sample_interval = 10ms;        ///< of the watchdog
inline constexpr auto loop_hold_max = 50ms;               ///< CPU time of one handler
inline constexpr auto turn_time = 4ms;  ///< that the changes of one request take before others run
inline constexpr auto loop_hold_note_interval = 1s;  ///< between log lines while it lasts

// What a contact may be (characters are Unicode code points).
inline constexpr int name_chars_max = 200;
inline constexpr int email_chars_max = 254;
inline constexpr int phone_chars_max = 50;
inline constexpr int notes_chars_max = 10'000;
/// Bytes of a text before it is cleaned, for each character that its field may have: room for white
/// space and for text that is composed when it is stored.
inline constexpr std::size_t uncleaned_bytes_per_char = 32;
inline constexpr int birth_year_min = 1600;
inline constexpr int contacts_default_max = 100'000;
inline constexpr std::size_t sort_key_bytes_max = 240;

// What an account may be.
inline constexpr int username_chars_max = 100;
inline constexpr int password_chars_min = 8;
inline constexpr int password_chars_max = 128;
inline constexpr auto setup_link_lifetime = 30min;
inline constexpr auto refresh_grace = 10s;  ///< for a client's parallel calls with one token
inline constexpr std::size_t agent_bytes_max = 200;
inline constexpr std::size_t guessable_octets_max = 64;  ///< of a password, that are judged
inline constexpr int app_password_name_chars_max = 100;
inline constexpr int app_passwords_max = 100;
inline constexpr auto app_password_use_interval = 60s;  ///< how exactly its last use is known
inline constexpr auto verification_lifetime = 24h;      ///< of a link that proves an address
inline constexpr auto password_reset_lifetime = 1h;     ///< of a link that sets another password
/// How long those answers take that must not tell whether an address has an account: longer than
/// the work for one that has.
inline constexpr auto concealed_answer_time = 100ms;
inline constexpr std::size_t export_bytes_max = 96 * 1024 * 1024;  ///< compressed
inline constexpr std::size_t exports_max = 4;  ///< at once; more are told to come again

// Pictures: what is taken, what it becomes, and what the program that decodes it may use. A 16-bit
// interlaced PNG of the most pixels must be held whole, and is refused for its memory.
inline constexpr std::size_t picture_bytes_max = 5 * 1024 * 1024;
inline constexpr int picture_pixels_max = 16'000'000;
/// Of JPEG and WebP, which are decoded at a fraction of their size: the cameras of phones.
inline constexpr int scaled_picture_pixels_max = 110'000'000;
inline constexpr int picture_edge_pixels_max = 16'384;
inline constexpr std::uint64_t picture_whole_bytes_max = 96 * 1024 * 1024;  ///< decoded at once
inline constexpr int avatar_edge_pixels = 250;
inline constexpr float avatar_quality = 80;
inline constexpr std::size_t avatar_bytes_max = 256 * 1024;
inline constexpr std::size_t picture_memory_bytes_max = 192 * 1024 * 1024;
inline constexpr std::size_t picture_address_bytes_max = 1024 * 1024 * 1024;
inline constexpr auto picture_cpu_timeout = 4s;
inline constexpr auto picture_timeout = 5s;
inline constexpr std::size_t picture_threads = 2;  ///< so many are decoded at once
inline constexpr std::size_t picture_queue_max = 16;
inline constexpr std::size_t part_header_bytes_max = 4096;  ///< of a file in a form
inline constexpr std::size_t form_parts_max = 64;           ///< fields and the file

// Where pictures are kept: how long a service elsewhere may take, and what it may say.
inline constexpr auto blob_connect_timeout = 4s;
inline constexpr auto blob_timeout = 10s;
inline constexpr std::size_t blob_answer_bytes_max = 64 * 1024;
inline constexpr auto blob_retry_after = 5s;    ///< told to clients when it does not answer
inline constexpr auto blob_link_lifetime = 1h;  ///< of a signed address
inline constexpr std::size_t blob_threads = 2;  ///< each for reads and writes
inline constexpr std::size_t blob_write_queue_max = 32;
inline constexpr std::size_t blob_read_queue_max = 512;
inline constexpr int blob_failures_max = 3;    ///< then a job leaves the rest for later
inline constexpr auto unused_avatar_age = 1h;  ///< of one that was begun and not taken into use

// Pages.
inline constexpr int page_size_default = 50;
inline constexpr int page_size_max = 500;
inline constexpr std::size_t page_bytes_max = 1024 * 1024;  ///< of its items; one always fits
/// Rows of the first read of a page, and how many times as many a further one may ask for.
inline constexpr int page_read_rows = 101;
inline constexpr int page_read_growth = 4;
inline constexpr int birthday_days_default = 7;
inline constexpr int birthday_days_max = 366;
inline constexpr int search_chars_max = 200;
inline constexpr std::size_t search_words_max = 16;                ///< of a query
inline constexpr std::size_t search_page_bytes_max = 1024 * 1024;  ///< of a page's contacts

// Searching in the process: how many contacts one read brings, how many changes an index has beside
// its block, and from which size on a thread of its own works on it.
inline constexpr int search_memory_default_mib = 256;
inline constexpr int search_load_rows = 2000;
inline constexpr int search_point_rows = 500;  ///< as many are read between other point reads
inline constexpr std::size_t search_loads_max = 256;         ///< at once
inline constexpr std::size_t search_field_bytes_max = 2048;  ///< of a field, folded
inline constexpr std::size_t search_changes_max = 1024;
/// Contacts from which on a block has a filter: scanning fewer is faster than building one.
inline constexpr std::size_t search_filter_contacts_min = 4096;
inline constexpr std::size_t search_change_bytes_max = 2 * 1024 * 1024;  ///< changed on the loop
inline constexpr std::size_t search_find_bytes_max = 24 * 1024 * 1024;   ///< searched on the loop
/// A query of so many words beside the first is taken for twice as expensive as one of one word.
inline constexpr std::size_t search_words_per_cost = 3;
inline constexpr std::size_t search_threads = 2;
inline constexpr std::size_t search_queue_max = 256;
inline constexpr int search_attempts_max = 4;  ///< while contacts change between look and fetch
inline constexpr std::size_t zone_name_bytes_max = 64;
inline constexpr std::size_t zone_file_bytes_max = 64 * 1024;
inline constexpr auto zone_lifetime = 10min;  ///< of a cached zone; then its file is read again
inline constexpr std::size_t cursor_bytes_max = 1024;

// Many changes at once, and what is kept of them.
inline constexpr std::size_t batch_operations_max = 1000;
inline constexpr std::size_t batch_bytes_max = 8 * 1024 * 1024;
/// Results of a batch beyond this size tell the id and the revision of a contact, not its fields.
inline constexpr std::size_t batch_answer_bytes_max = 4 * 1024 * 1024;
/// Operations on stored contacts that a batch has in memory at once. Each may be 80 KiB, twice.
inline constexpr std::size_t batch_loaded_contacts_max = 100;
/// What a batch takes of `large_answers_bytes_max` before it begins: its loaded contacts and its
/// answer.
inline constexpr std::size_t batch_memory_bytes = 16 * 1024 * 1024;
inline constexpr std::size_t writes_per_transaction = 100;
inline constexpr int history_changes_max = 1000;  ///< of one contact that are looked at
inline constexpr auto undo_window = 1h;           ///< how long one request's changes may take
/// A change of many contacts (undo, restore) runs in pieces of at most this many contacts and about
/// this many characters of old values.
inline constexpr int change_piece_contacts = 300;
inline constexpr std::int64_t change_piece_chars = 1024 * 1024;
/// An undo that would take back an undo this recent is a repeat of it (a double click).
inline constexpr auto undo_repeat_window = 2s;

// The history of an account, counted as its old values and a fixed amount for each change.
inline constexpr int history_default_mib = 256;
/// (The schema's step 12 has the same amount.)
inline constexpr std::int64_t history_row_bytes = 150;
/// After this many bytes written by one loop the account's total is checked.
inline constexpr std::int64_t history_check_bytes = 1024 * 1024;
inline constexpr std::size_t history_accounts_max = 10'000;  ///< that a loop keeps count of

// Requests that are repeated under a key.
inline constexpr std::size_t idempotency_key_chars_max = 255;
inline constexpr auto idempotency_key_lifetime = 24h;
inline constexpr auto idempotency_lease = 60s;  ///< after that the first request is taken for dead

// Work that runs by itself.
inline constexpr auto job_lease = 10min;       ///< renewed three times as often
inline constexpr auto job_retry_delay = 1min;  ///< after a failure, doubled by each further one
inline constexpr int purge_rows_max = 500;     ///< that one transaction takes away
inline constexpr int derived_rows_max = 100;   ///< contacts that one transaction recomputes

// Mails.
inline constexpr int mailbox_name_chars_max = 100;
inline constexpr auto mail_poll_interval = 1s;         ///< how often the outbox is looked at
inline constexpr auto mail_poll_error_delay = 10s;     ///< the same when that failed
inline constexpr std::size_t mails_in_flight_max = 4;  ///< by one instance at one time
inline constexpr auto mail_connect_timeout = 15s;
inline constexpr auto mail_send_timeout = 60s;
inline constexpr auto mail_lease = 3min;            ///< longer than a mail can take to be sent
inline constexpr auto mail_retry_delay_min = 1min;  ///< after the first failure, then doubled
inline constexpr auto mail_retry_delay_max = 6h;
inline constexpr auto mail_retry_period = 72h;  ///< after that it has failed
inline constexpr int mail_kept_days = 30;       ///< what was sent or has failed, to be seen
inline constexpr std::size_t mail_error_bytes_max = 300;
inline constexpr std::size_t mail_line_bytes_max = 998;  ///< without CRLF (RFC 5322, 2.1.1)
inline constexpr int mails_counted_max = 10'000;         ///< by the metrics

// SQLite's write-ahead log, in pages of 4 KiB: when it goes back into the database, and up to where
// the reads of a loop may share a snapshot.
inline constexpr int checkpoint_log_pages = 8000;
inline constexpr auto checkpoint_idle = 1s;  ///< or when nothing was written for so long
inline constexpr int shared_snapshot_log_pages_max = 4000;

// PostgreSQL: how many connections a loop may have for each lane, and how many requests may be on
// their way on one. A write that waits for a row must not have strangers' writes behind it: one.
inline constexpr std::size_t point_connections_max = 2;
inline constexpr std::size_t write_connections_max = 4;
inline constexpr std::size_t scan_connections_max = 1;
inline constexpr std::size_t point_pipeline_depth_max = 64;
inline constexpr auto point_deadline = 5s;
inline constexpr auto write_deadline = 10s;
inline constexpr auto row_lock_deadline = 3s;     ///< waiting for what somebody else is writing
inline constexpr auto database_silence_max = 5s;  ///< beyond a deadline; then it is taken for dead
inline constexpr auto database_connect_timeout = 5s;  ///< of each host, up to its greeting
/// For a session to be set up or all statements to be prepared; then the server is taken for
/// silent.
inline constexpr auto database_setup_timeout = 10s;
inline constexpr auto database_retry_delay_min = 50ms;  ///< between attempts to connect, doubled
inline constexpr auto database_retry_delay_max = 1s;
inline constexpr auto database_start_timeout = 60s;  ///< for one that is not there yet at the start
inline constexpr auto database_start_note_interval = 5s;  ///< between lines of the log about it
inline constexpr int transaction_retries_max = 3;
inline constexpr auto transaction_retry_delay = 5ms;  ///< the first, then doubled

// Redis: what waits for it goes on without it after that; a few failures in a row, and it is not
// asked until a probe has succeeded.
inline constexpr std::size_t redis_reply_bytes_max = 1024 * 1024;  ///< beyond it: not Redis
inline constexpr int redis_reply_items_max = 1024;                 ///< of an array
inline constexpr auto redis_deadline = 100ms;                      ///< of a call
inline constexpr std::size_t redis_failures_max = 3;
inline constexpr std::size_t redis_calls_max = 4096;  ///< of a loop, on their way
inline constexpr auto redis_connect_timeout = 1s;
inline constexpr auto redis_retry_delay_min = 50ms;  ///< between attempts to connect, doubled
inline constexpr auto redis_retry_delay_max = 1s;
inline constexpr auto redis_steady_after = 10s;   ///< then it was a good connection
inline constexpr auto redis_ping_interval = 1s;   ///< of the subscription
inline constexpr auto redis_mark_lifetime = 60s;  ///< far longer than a look-up takes

// Queues: beyond them the answer is 503 with Retry-After.
inline constexpr std::size_t write_queue_max = 4096;
inline constexpr std::size_t account_write_queue_max = 512;  ///< waiting writes of one account
inline constexpr std::size_t write_group_max = 256;
inline constexpr std::size_t write_group_statements_max = 1000;  ///< about 15 ms of the writer
inline constexpr std::size_t read_queue_max = 256;               ///< of scans
inline constexpr std::size_t point_queue_max = 4096;             ///< on PostgreSQL
inline constexpr auto scan_deadline = 5s;
inline constexpr std::size_t password_queue_max = 64;
inline constexpr auto retry_after = 1s;

// Backups and moves: rows at a time, and the bytes of a file in an archive, which is in memory.
inline constexpr std::size_t bulk_piece_rows = 1000;
inline constexpr std::size_t bulk_piece_bytes = 4 << 20;
inline constexpr std::size_t backup_part_bytes = 4 << 20;  ///< then a table's next file begins
inline constexpr std::size_t backup_file_bytes_max = 64 << 20;
inline constexpr std::size_t backup_files_max = 2'000'000;
inline constexpr std::int64_t revisions_ahead = 1'000'000'000;  ///< of a backup, when clocks differ

// Rate limits: how many callers are counted, how many counters are compared to make room for a new
// one and how many hash buckets are searched for them, and how many origins may be named.
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

// Logs.
inline constexpr std::size_t access_buffer_bytes_max = 64 * 1024;

}  // namespace kith::limits
