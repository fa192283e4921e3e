#pragma once

#include <boost/asio/awaitable.hpp>

namespace kith {

/// A coroutine on an event loop. It starts when awaited and runs on one loop all its life, so
/// what it owns needs no lock; it must not block longer than a point read of the store.
template <class T>
using Task = boost::asio::awaitable<T>;

}  // namespace kith
