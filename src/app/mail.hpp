#pragma once

#include <memory>

#include "app/settings.hpp"
#include "mail/message.hpp"
#include "mail/templates.hpp"
#include "mail/transport.hpp"

namespace kith::app {

/// Who mails are from, as the settings have it.
mail::Letterhead make_letterhead(const Settings& settings, const mail::Site& site);

/// What takes mails: the mail server of the settings, or files in the data folder.
std::unique_ptr<mail::Transport> make_transport(const Settings& settings, const mail::Site& site);

}  // namespace kith::app
