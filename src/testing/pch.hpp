#pragma once

// Headers that most unit tests include, beside those of the sources. Every file still includes what
// it uses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/pch.hpp"
