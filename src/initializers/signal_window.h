// Signal windows by their SciPy names (scipy.signal.get_window), as Keras's STFT uses them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace keras {

// `size` values, equal to SciPy's within rounding. `periodic` for spectra, symmetric for filters.
// ValueError for names that are unknown or need parameters.
std::vector<double> signal_window(const std::string& name, int64_t size, bool periodic);

}  // namespace keras
