#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "http/principal.hpp"

namespace kith::http {

/// The operation of a route, for permissions. Accounts access only their own data: no role can read
/// another account's contacts.
enum class Access : std::uint8_t {
  anyone,           ///< no credentials needed
  own_identity,     ///< the caller's identity
  own_account,      ///< the caller's own account and sessions
  contacts_read,    ///< the caller's contacts, in lists and individually
  contacts_create,  ///< creating contacts
  contacts_change,  ///< replacing and patching contacts, favourites
  contacts_delete,  ///< deleting contacts
  photos_change,    ///< setting and deleting the photos of contacts
  labels_read,      ///< the caller's labels, in lists and individually
  labels_create,    ///< creating labels
  labels_change,    ///< renaming and colouring labels; putting them on contacts is contacts_change
  labels_delete,    ///< deleting labels; their contacts stay
  books_create,     ///< creating address books
  books_change,     ///< changing the properties of address books
  books_delete,     ///< deleting address books with their contacts
  accounts_moderate,  ///< listing accounts, suspending and reinstating users
  accounts_manage,    ///< roles, deleting accounts
  service_inspect,    ///< metrics and settings
};

/// Which roles may change their own contacts (setting KITH_ROLE_POLICY).
enum class RolePolicy : std::uint8_t {
  owner,   ///< every role may do everything with its own contacts
  graded,  ///< users create and read, moderators also change, administrators also delete
};

/// Returns the names of the values in the settings.
constexpr std::array<std::string_view, 2> names_of(RolePolicy) { return {"owner", "graded"}; }

/// The protocol of a route. Determines the format of errors and the requested credentials
/// (`http/problem`), and which permissions of a scope apply.
enum class Protocol : std::uint8_t {
  api,  ///< the REST API and pages: problem+json, Bearer
  dav,  ///< CardDAV: an XML error (RFC 4918, section 16), Basic
};

/// A row of the permission table.
struct Permission {
  Access access;
  Role owner;   ///< the lowest role under RolePolicy::owner
  Role graded;  ///< the lowest role under RolePolicy::graded
};

/// The permission table: role x operation. The login gate checks it and `grants` for every route
/// except those with `anyone`.
inline constexpr std::array<Permission, 18> permissions{{
    {Access::anyone, Role::user, Role::user},
    {Access::own_identity, Role::user, Role::user},
    {Access::own_account, Role::user, Role::user},
    {Access::contacts_read, Role::user, Role::user},
    {Access::contacts_create, Role::user, Role::user},
    {Access::contacts_change, Role::user, Role::moderator},
    {Access::contacts_delete, Role::user, Role::admin},
    {Access::photos_change, Role::user, Role::moderator},
    {Access::labels_read, Role::user, Role::user},
    {Access::labels_create, Role::user, Role::user},
    {Access::labels_change, Role::user, Role::moderator},
    {Access::labels_delete, Role::user, Role::admin},
    {Access::books_create, Role::user, Role::user},
    {Access::books_change, Role::user, Role::moderator},
    {Access::books_delete, Role::user, Role::admin},
    {Access::accounts_moderate, Role::moderator, Role::moderator},
    {Access::accounts_manage, Role::admin, Role::admin},
    {Access::service_inspect, Role::admin, Role::admin},
}};

/// Returns the row of `access`.
constexpr const Permission& permission_of(Access access) {
  return permissions[static_cast<std::size_t>(access)];
}

/// Returns the lowest role that may do `access`.
constexpr Role least_role(Access access, RolePolicy policy) {
  const Permission& row = permission_of(access);
  return policy == RolePolicy::graded ? row.graded : row.owner;
}

/// A set of operations.
class AccessSet {
 public:
  constexpr AccessSet(std::initializer_list<Access> all) {
    for (const Access each : all) bits_ |= bit(each);
  }

  /// Returns the set of all operations.
  static constexpr AccessSet all() {
    AccessSet set{};
    for (const Permission& row : permissions) set.bits_ |= bit(row.access);
    return set;
  }

  constexpr bool contains(Access access) const { return (bits_ & bit(access)) != 0; }

 private:
  static constexpr std::uint32_t bit(Access access) {
    return std::uint32_t{1} << static_cast<unsigned>(access);
  }

  std::uint32_t bits_ = 0;
};

/// The operations that a scope grants per protocol. Without the protocol, a read-only password for
/// the API could write over CardDAV.
struct Grant {
  Scope scope;
  AccessSet api;
  AccessSet dav;
};

/// The operations that read an account's contacts and labels.
inline constexpr AccessSet reads{Access::own_identity, Access::contacts_read, Access::labels_read};

/// The operations that read and change an account's contacts, labels and address books.
inline constexpr AccessSet reads_and_writes{
    Access::own_identity,    Access::contacts_read,   Access::contacts_create,
    Access::contacts_change, Access::contacts_delete, Access::photos_change,
    Access::labels_read,     Access::labels_create,   Access::labels_change,
    Access::labels_delete,   Access::books_create,    Access::books_change,
    Access::books_delete};

/// The scope table: scope x operation x protocol, in the order of `Scope`. A new scope needs a row
/// here.
inline constexpr std::array<Grant, 5> grants{{
    {Scope::dav, {}, reads_and_writes},
    {Scope::dav_read, {}, reads},
    {Scope::api_read, reads, {}},
    {Scope::api, reads_and_writes, {}},
    {Scope::everything, AccessSet::all(), reads_and_writes},
}};

/// Returns whether credentials of `scope` permit `access` over `protocol`.
constexpr bool is_granted(Scope scope, Access access, Protocol protocol) {
  const Grant& row = grants[static_cast<std::size_t>(scope)];
  return (protocol == Protocol::dav ? row.dav : row.api).contains(access);
}

/// The caller's permissions over the API, for a handler with several operations.
struct Rights {
  const Principal& who;
  RolePolicy policy = RolePolicy::owner;

  /// Returns whether the caller may do `access`.
  bool allow(Access access) const {
    return who.role >= least_role(access, policy) && is_granted(who.scope, access, Protocol::api);
  }
};

}  // namespace kith::http
