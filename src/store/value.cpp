#include "store/value.hpp"

#include "store/store.hpp"

namespace kith::store {

void Cell::throw_wrong_type(const char* wanted) {
  throw DatabaseError(std::string("a column does not hold ") + wanted);
}

Cell Rows::cell(std::size_t row, std::size_t column) const {
  const Slot& slot = slots_[row * width() + column];
  switch (slot.kind) {
    case SlotKind::null: return Cell();
    case SlotKind::integer: return Cell(slot.value);
    case SlotKind::bytes: break;
  }
  return Cell(std::string_view(bytes_).substr(static_cast<std::size_t>(slot.value), slot.size));
}

void Rows::add_bytes(std::string_view raw) {
  slots_.push_back({SlotKind::bytes, static_cast<std::uint32_t>(raw.size()),
                    static_cast<std::int64_t>(bytes_.size())});
  bytes_.append(raw);
}

}  // namespace kith::store
