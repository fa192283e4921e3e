#include "http/dav_error.hpp"

#include <algorithm>
#include <array>

namespace kith::http {

namespace {

struct Namespace {
  std::string_view name;    ///< the prefix of a condition's name
  std::string_view prefix;  ///< declared by the root element, except the last
  std::string_view uri;
};

constexpr std::array namespaces{
    Namespace{"DAV:", "D", "DAV:"},
    Namespace{"CARDDAV:", "C", "urn:ietf:params:xml:ns:carddav"},
    Namespace{"CS:", "CS", "http://calendarserver.org/ns/"},
};

void append_hrefs(std::string& out, const std::vector<std::string>& hrefs) {
  for (const std::string& href : hrefs) {
    out += "<D:href>";
    append_xml_text(out, href);
    out += "</D:href>";
  }
}

/// Appends the condition's element. REQUIRES: its name begins with one of `namespaces`.
void append_condition(std::string& out, const DavCondition& condition) {
  const auto* const space = std::ranges::find_if(
      namespaces, [&](const Namespace& each) { return condition.name.starts_with(each.name); });
  std::string tag(space->prefix);
  tag.append(":").append(condition.name.substr(space->name.size()));
  out.append("<").append(tag);
  if (space->prefix == "CS") out.append(" xmlns:CS=\"").append(space->uri).append("\"");
  if (condition.hrefs.empty()) {
    out += "/>";
    return;
  }
  out += ">";
  append_hrefs(out, condition.hrefs);
  out.append("</").append(tag).append(">");
}

/// Returns the detail and the refused fields as a single text.
std::string sentences_of(const Error& error) {
  std::string text = error.detail;
  for (const FieldError& each : error.fields) {
    text.append(" ").append(each.field).append(": ").append(each.message).append(".");
  }
  return text;
}

}  // namespace

void append_xml_text(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '\r': out += "&#13;"; break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n') out.push_back(c);
    }
  }
}

void append_dav_error(std::string& out, const Error& error) {
  out += R"(<?xml version="1.0" encoding="utf-8"?><D:error)";
  for (const Namespace& each : namespaces) {
    if (each.prefix == "CS") continue;
    out.append(" xmlns:").append(each.prefix).append("=\"").append(each.uri).append("\"");
  }
  out += ">";
  if (error.dav_condition) {
    append_condition(out, *error.dav_condition);
  } else if (error.challenge == Challenge::insufficient_scope) {
    append_condition(out, {.name = "DAV:need-privileges"});
  }
  out += "<E:error-description xmlns:E=\"http://twistedmatrix.com/xml_namespace/dav/\">";
  append_xml_text(out, sentences_of(error));
  out += "</E:error-description></D:error>";
}

}  // namespace kith::http
