#pragma once

namespace kith::image {

/// Sandboxes this process permanently, before it reads any input: limits memory, CPU time and open
/// files, forbids gaining privileges, and restricts system calls to a list. The process can read
/// standard input, write standard output and compute. It cannot open files, use the network, start
/// programs or threads, or map executable memory. Other calls fail with EPERM, so that a library
/// that tries them can fall back. Returns false if any restriction cannot be applied: then nothing
/// may be decoded.
///
/// A build with sanitizers has neither the memory limit nor the list, because sanitizers map
/// terabytes and read their own /proc.
bool enter_sandbox();

}  // namespace kith::image
