#include "initializers/signal_window.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <span>
#include <string_view>

#include "base/error.h"
#include "json/repr.h"

namespace keras {
namespace {

using Window = std::vector<double>;
constexpr double kPi = std::numbers::pi;

// A window as a function of n in [0, size - 1] and size.
template <class Fn>
Window sampled(int64_t size, Fn value) {
  Window out(static_cast<size_t>(size));
  for (int64_t n = 0; n < size; ++n) {
    out[static_cast<size_t>(n)] = value(static_cast<double>(n), static_cast<double>(size));
  }
  return out;
}

Window cosine_sum(int64_t size, std::span<const double> terms) {
  return sampled(size, [&](double n, double m) {
    const double angle = -kPi + n * (2 * kPi / (m - 1));
    double sum = 0;
    for (size_t k = 0; k < terms.size(); ++k) {
      sum += terms[k] * std::cos(static_cast<double>(k) * angle);
    }
    return sum;
  });
}

Window boxcar(int64_t size) {
  return sampled(size, [](double, double) { return 1.0; });
}
Window hann(int64_t size) { return cosine_sum(size, std::array{0.5, 0.5}); }
Window hamming(int64_t size) { return cosine_sum(size, std::array{0.54, 1.0 - 0.54}); }
Window blackman(int64_t size) { return cosine_sum(size, std::array{0.42, 0.50, 0.08}); }
Window nuttall(int64_t size) {
  return cosine_sum(size, std::array{0.3635819, 0.4891775, 0.1365995, 0.0106411});
}
Window blackmanharris(int64_t size) {
  return cosine_sum(size, std::array{0.35875, 0.48829, 0.14128, 0.01168});
}
Window flattop(int64_t size) {
  return cosine_sum(size,
                    std::array{0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368});
}
Window triang(int64_t size) {
  return sampled(size, [size](double n, double m) {
    const double steps = std::min(n, m - 1 - n) + 1;
    return size % 2 == 0 ? (2 * steps - 1) / m : 2 * steps / (m + 1);
  });
}
Window bartlett(int64_t size) {
  return sampled(size, [](double n, double m) {
    return n <= (m - 1) / 2 ? 2 * n / (m - 1) : 2 - 2 * n / (m - 1);
  });
}
Window barthann(int64_t size) {
  return sampled(size, [](double n, double m) {
    const double distance = std::abs(n / (m - 1) - 0.5);
    return 0.62 - 0.48 * distance + 0.38 * std::cos(2 * kPi * distance);
  });
}
Window bohman(int64_t size) {
  return sampled(size, [](double n, double m) {
    if (n == 0 || n == m - 1) return 0.0;
    const double x = std::abs(-1 + n * (2 / (m - 1)));
    return (1 - x) * std::cos(kPi * x) + std::sin(kPi * x) / kPi;
  });
}
Window cosine(int64_t size) {
  return sampled(size, [](double n, double m) { return std::sin(kPi / m * (n + 0.5)); });
}
Window exponential(int64_t size) {
  return sampled(size, [](double n, double m) { return std::exp(-std::abs(n - (m - 1) / 2)); });
}
Window parzen(int64_t size) {
  return sampled(size, [](double n, double m) {
    const double x = std::abs(n - (m - 1) / 2);
    const double y = x / (m / 2);
    return x > (m - 1) / 4 ? 2 * std::pow(1 - y, 3) : 1 - 6 * y * y + 6 * y * y * y;
  });
}
Window lanczos(int64_t size) {
  return sampled(size, [](double n, double m) {
    // From the middle outwards, so that both halves are equal.
    const double x = kPi * (2 * std::min(n, m - 1 - n) / (m - 1) - 1);
    return x == 0 ? 1.0 : std::sin(x) / x;
  });
}
Window tukey(int64_t size) {
  constexpr double kTaper = 0.5;
  return sampled(size, [](double n, double m) {
    const double x = 2 * std::min(n, m - 1 - n) / kTaper / (m - 1);
    return x <= 1 ? 0.5 * (1 + std::cos(kPi * (x - 1))) : 1.0;
  });
}
Window taylor(int64_t size) {
  constexpr int kTerms = 4;          // nbar
  constexpr double kSideLobes = 30;  // decibels
  const double a = std::acosh(std::pow(10, kSideLobes / 20)) / kPi;
  const double s2 = kTerms * kTerms / (a * a + (kTerms - 0.5) * (kTerms - 0.5));
  std::array<double, kTerms> factor{};
  for (int i = 1; i < kTerms; ++i) {
    double numerator = i % 2 == 1 ? 1 : -1;
    double denominator = 2;
    for (int k = 1; k < kTerms; ++k) {
      numerator *= 1 - i * i / s2 / (a * a + (k - 0.5) * (k - 0.5));
      if (k != i) denominator *= 1 - static_cast<double>(i * i) / (k * k);
    }
    factor[static_cast<size_t>(i)] = numerator / denominator;
  }
  const auto value = [&](double n, double m) {
    double sum = 0;
    for (int i = 1; i < kTerms; ++i) {
      sum += factor[static_cast<size_t>(i)] * std::cos(2 * kPi * i * (n - m / 2 + 0.5) / m);
    }
    return 1 + 2 * sum;
  };
  const auto m = static_cast<double>(size);
  const double highest = value((m - 1) / 2, m);
  return sampled(size, [&](double n, double count) { return value(n, count) / highest; });
}

struct Row {
  std::string_view names;  // separated, preceded and followed by spaces
  Window (*make)(int64_t size);
};

constexpr std::array kWindows = {
    Row{" barthann brthan bth ", barthann},
    Row{" bartlett bart brt ", bartlett},
    Row{" blackman black blk ", blackman},
    Row{" blackmanharris blackharr bkh ", blackmanharris},
    Row{" bohman bman bmn ", bohman},
    Row{" boxcar box ones rect rectangular ", boxcar},
    Row{" cosine halfcosine ", cosine},
    Row{" exponential poisson ", exponential},
    Row{" flattop flat flt ", flattop},
    Row{" hamming hamm ham ", hamming},
    Row{" hann han ", hann},
    Row{" lanczos sinc ", lanczos},
    Row{" nuttall nutl nut ", nuttall},
    Row{" parzen parz par ", parzen},
    Row{" taylor taylorwin ", taylor},
    Row{" triangle triang tri ", triang},
    Row{" tukey tuk ", tukey},
};

constexpr std::array<std::string_view, 17> kWithParameters = {"chebwin",
                                                              "cheb",
                                                              "dpss",
                                                              "gaussian",
                                                              "gauss",
                                                              "gss",
                                                              "general cosine",
                                                              "general_cosine",
                                                              "general gaussian",
                                                              "general_gaussian",
                                                              "general gauss",
                                                              "general_gauss",
                                                              "ggs",
                                                              "general hamming",
                                                              "general_hamming",
                                                              "kaiser",
                                                              "ksr"};

}  // namespace

std::vector<double> signal_window(const std::string& name, int64_t size, bool periodic) {
  std::string_view base = name;
  for (const auto& [suffix, is_periodic] :
       {std::pair{std::string_view("_symmetric"), false}, {std::string_view("_periodic"), true}}) {
    if (!base.ends_with(suffix)) continue;
    base.remove_suffix(suffix.size());
    periodic = is_periodic;
    break;
  }
  for (const Row& row : kWindows) {
    if (base.find(' ') != base.npos ||
        row.names.find(" " + std::string(base) + " ") == row.names.npos) {
      continue;
    }
    if (size <= 1) return Window(static_cast<size_t>(size), 1.0);
    Window window = row.make(periodic ? size + 1 : size);
    window.resize(static_cast<size_t>(size));
    return window;
  }
  for (std::string_view known : kWithParameters) {
    if (known == base) {
      throw value_error("'" + std::string(base) +
                        "' must have parameters, but window=" + repr_string(name) + "!");
    }
  }
  throw value_error("Invalid window name '" + std::string(base) +
                    "' in parameter window=" + repr_string(name) + "!");
}

}  // namespace keras
