#include "quantizers/calibrated_config.h"

#include "base/error.h"

namespace keras::quantizers {

void CalibratedConfig::check(const char* whole) const {
  if (num_samples_ <= 0) raise_value_error({"num_samples must be a positive integer."});
  if (sequence_length_ <= 0) raise_value_error({"sequence_length must be a positive integer."});
  if (group_size_ < -1 || group_size_ == 0) {
    raise_value_error({std::string("Invalid group_size. Supported values are -1 ("), whole,
                       ") or a positive integer, but got ", std::to_string(group_size_), "."});
  }
}

}  // namespace keras::quantizers
