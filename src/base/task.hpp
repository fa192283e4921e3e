#pragma once

#include <boost/asio/awaitable.hpp>

namespace kith {

/// A coroutine on an event loop. It starts when awaited and stays on one loop, so its data needs no
/// lock. It must not block longer than a point read of the store.
template <class T>
using Task = boost::asio::awaitable<T>;

}  // namespace kith
