#include "store/value.hpp"

#include "store/store.hpp"

namespace kith::store {

void Cell::throw_wrong_type(const char* wanted) {
  throw Broken(std::string("a column does not hold ") + wanted);
}

Cell Rows::cell(std::size_t row, std::size_t column) const {
  const Slot& slot = slots_[row * width() + column];
  switch (slot.kind) {
    case SlotKind::null: return Cell();
    case SlotKind::integer: return Cell(slot.value);
    case SlotKind::octets: break;
  }
  return Cell(std::string_view(octets_).substr(static_cast<std::size_t>(slot.value), slot.size));
}

void Rows::add_octets(std::string_view octets) {
  slots_.push_back({SlotKind::octets, static_cast<std::uint32_t>(octets.size()),
                    static_cast<std::int64_t>(octets_.size())});
  octets_.append(octets);
}

}  // namespace kith::store
