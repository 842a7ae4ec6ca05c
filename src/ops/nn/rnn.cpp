// A whole recurrent sequence as one step.
#include "kernels/rnn.h"

#include "ops/common/packed.h"
#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/nn.h"

namespace keras::ops {
namespace {

// Positions of the inputs; -1 for missing ones.
struct RnnLayout {
  int bias = -1, mask = -1, initial_h = -1, initial_c = -1;
};

class RnnStep final : public Step {
 public:
  RnnStep(const kernels::Rnn& p, const RnnLayout& layout) : p_(p), layout_(layout) {}
  std::string_view name() const override { return "rnn"; }

  std::vector<runtime::OperandSpec> operands() const override {
    const int64_t gates = kernels::rnn_gates(p_.kind) * p_.units;
    std::vector<runtime::OperandSpec> operands{
        {"sequence", {p_.batch, p_.steps, p_.features}},
        {"kernel", {p_.features, gates}},
        {"recurrent_kernel", {p_.units, gates}},
    };
    if (layout_.bias >= 0) {
      const bool two_rows = p_.kind == kernels::RnnKind::kGruResetAfter;
      operands.push_back({"bias", two_rows ? Shape{2, gates} : Shape{gates}});
    }
    const Shape state{p_.batch, p_.units};
    if (layout_.mask >= 0) operands.push_back({"mask", {p_.batch, p_.steps}, DType::kBool});
    if (layout_.initial_h >= 0) operands.push_back({"initial_state", state});
    if (layout_.initial_c >= 0) operands.push_back({"initial_carry", state});
    return operands;
  }
  std::vector<int> bind_constants(std::span<const Tensor> constants) override {
    const bool has_bias = layout_.bias >= 0;
    if (!constants[1] || !constants[2] || (has_bias && !constants[index(layout_.bias)])) return {};
    const float* bias = has_bias ? constants[index(layout_.bias)].data<float>() : nullptr;
    kernels::pack_rnn(p_, constants[1].data<float>(), constants[2].data<float>(), bias,
                      packed_.allocate(kernels::rnn_packed_floats(p_)));
    if (has_bias) return {1, 2, layout_.bias};
    return {1, 2};
  }
  size_t scratch_bytes() const override {
    const int64_t packed = packed_ ? 0 : packed_floats();
    return scratch_floats(packed + kernels::rnn_scratch_floats(p_));
  }
  void run(std::span<const View> in, std::span<const View> out, std::byte* scratch) const override {
    const auto optional = [&](int i) { return i < 0 ? nullptr : in[index(i)].as<float>(); };
    auto* floats = reinterpret_cast<float*>(scratch);
    kernels::RnnArrays arrays;
    arrays.x = in[0].as<float>();
    if (packed_) {
      arrays.packed = packed_.data();
    } else {
      kernels::pack_rnn(p_, in[1].as<float>(), in[2].as<float>(), optional(layout_.bias), floats);
      arrays.packed = floats;
      floats += packed_floats();
    }
    if (layout_.mask >= 0) arrays.mask = in[index(layout_.mask)].as<uint8_t>();
    arrays.initial_h = optional(layout_.initial_h);
    arrays.initial_c = optional(layout_.initial_c);
    arrays.y = out[0].as<float>();
    arrays.last_h = out[1].as<float>();
    if (out.size() > 2) arrays.last_c = out[2].as<float>();
    arrays.scratch = floats;
    kernels::rnn(p_, arrays);
  }

 private:
  static size_t index(int i) { return static_cast<size_t>(i); }
  int64_t packed_floats() const { return (kernels::rnn_packed_floats(p_) + 15) / 16 * 16; }

  kernels::Rnn p_;
  RnnLayout layout_;
  Packed packed_;
};

int add_input(std::vector<Tensor>& inputs, const Tensor& tensor, DType dtype) {
  if (!tensor) return -1;
  inputs.push_back(cast(tensor, dtype));
  return static_cast<int>(inputs.size()) - 1;
}

}  // namespace

RnnResult rnn(const RnnInputs& inputs, const RnnOptions& options) {
  const DType dtype = float_of(inputs.sequence.dtype());
  const Shape& sequence = inputs.sequence.shape();
  const int64_t units = inputs.recurrent_kernel.shape()[0];
  std::vector<Tensor> tensors;
  RnnLayout layout;
  add_input(tensors, inputs.sequence, DType::kFloat32);
  add_input(tensors, inputs.kernel, DType::kFloat32);
  add_input(tensors, inputs.recurrent_kernel, DType::kFloat32);
  layout.bias = add_input(tensors, inputs.bias, DType::kFloat32);
  layout.mask = add_input(tensors, inputs.mask, DType::kBool);
  layout.initial_h = add_input(tensors, inputs.initial_h, DType::kFloat32);
  const bool lstm = options.kind == kernels::RnnKind::kLstm;
  if (lstm) layout.initial_c = add_input(tensors, inputs.initial_c, DType::kFloat32);

  const Shape state{sequence[0], units};
  const Shape output = options.return_sequences ? Shape{sequence[0], sequence[1], units} : state;
  std::vector<Spec> specs{{output, DType::kFloat32}, {state, DType::kFloat32}};
  if (lstm) specs.push_back({state, DType::kFloat32});
  const auto results = emit(tensors, specs, [&] {
    kernels::Rnn p;
    p.kind = options.kind;
    p.batch = sequence[0];
    p.steps = sequence[1];
    p.features = sequence[2];
    p.units = units;
    p.activation = options.activation;
    p.activation_params = options.activation_params;
    p.recurrent_activation = options.recurrent_activation;
    p.recurrent_activation_params = options.recurrent_activation_params;
    p.go_backwards = options.go_backwards;
    p.return_sequences = options.return_sequences;
    p.zero_output_for_mask = options.zero_output_for_mask;
    p.unroll = options.unroll;
    return std::make_unique<RnnStep>(p, layout);
  });
  return {cast(results[0], dtype), cast(results[1], dtype),
          lstm ? cast(results[2], dtype) : Tensor()};
}

}  // namespace keras::ops
