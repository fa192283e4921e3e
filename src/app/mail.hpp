#pragma once

#include <memory>
#include <string>

#include "app/settings.hpp"
#include "mail/message.hpp"
#include "mail/templates.hpp"
#include "mail/transport.hpp"

namespace kith::app {

/// Returns the sender of mails according to the settings.
mail::Letterhead make_letterhead(const Settings& settings, const mail::Site& site);

/// Returns the transport of mails: the mail server of the settings, or files in the data folder.
std::unique_ptr<mail::Transport> make_transport(const Settings& settings, const mail::Site& site);

/// Returns the folder for mails when no mail server is set.
std::string outbox_folder(const Settings& settings);

}  // namespace kith::app
