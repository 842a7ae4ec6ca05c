#include "bindings/host_function.h"

#include "bindings/host.h"

namespace keras::bindings {

HostFunction::HostFunction(int64_t id, std::string name) : Function(std::move(name)), id_(id) {}

HostFunction::~HostFunction() { release_host_function(id_); }

Nest HostFunction::call(const Nest::Sequence& args, const Nest::Dict& kwargs) {
  return call_host_function(id_, pack_arguments(args, kwargs));
}

bool HostFunction::takes_keyword(std::string_view name) const {
  return host_function_takes(id_, name);
}

bool HostFunction::is_lambda() const { return host_function_is_lambda(id_); }

}  // namespace keras::bindings
