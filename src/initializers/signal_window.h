// Windows of signal processing by SciPy's names (scipy.signal.get_window), which Keras's STFT uses.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace keras {

// `size` values, all within a double's rounding of SciPy's. `periodic` for spectra, symmetric for
// filters. Throws ValueError for a name that is unknown or needs parameters.
std::vector<double> signal_window(const std::string& name, int64_t size, bool periodic);

}  // namespace keras
