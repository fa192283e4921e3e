#pragma once

namespace kith::image {

/// Shuts this process in for good, before it sees an byte from outside: bounds on memory, time and
/// open files, no privileges to gain, and a list of the system calls that may still be made. They
/// let it read standard input, write standard output and compute: it opens no file, talks to no
/// network, starts no program, and maps no memory that can be executed. Any other call fails with
/// EPERM, so that a library which tries one takes another way. False when something of it is
/// refused: then nothing may be decoded.
///
/// A build with sanitizers has neither the bound on memory nor the list: they map terabytes and
/// read their own /proc.
bool enter_sandbox();

}  // namespace kith::image
