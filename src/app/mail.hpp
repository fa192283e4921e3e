#pragma once

#include <memory>
#include <string>

#include "app/settings.hpp"
#include "mail/message.hpp"
#include "mail/templates.hpp"
#include "mail/transport.hpp"

namespace kith::app {

/// Who mails are from, as the settings have it.
mail::Letterhead make_letterhead(const Settings& settings, const mail::Site& site);

/// What takes mails: the mail server of the settings, or files in the data folder.
std::unique_ptr<mail::Transport> make_transport(const Settings& settings, const mail::Site& site);

/// The folder of the mails of a server without a mail server.
std::string outbox_folder(const Settings& settings);

}  // namespace kith::app
