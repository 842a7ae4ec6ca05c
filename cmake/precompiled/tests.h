// Precompiled for the native tests.
#include "core.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
