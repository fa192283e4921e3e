# Install rules and the Debian package: cpack --config build/release/CPackConfig.cmake
install(TARGETS kith RUNTIME DESTINATION bin)
# Internal: only the server runs it.
install(TARGETS kith-image RUNTIME DESTINATION libexec/kith)
install(FILES deploy/kith.service DESTINATION lib/systemd/system)
# The systemd unit and operators who run commands read the same settings file.
file(READ .env.example SETTINGS)
string(REPLACE "#KITH_DATA_DIR=\"./data\"" "KITH_DATA_DIR=/var/lib/kith" SETTINGS "${SETTINGS}")
file(WRITE ${CMAKE_BINARY_DIR}/kith.env "${SETTINGS}")
install(FILES ${CMAKE_BINARY_DIR}/kith.env DESTINATION /etc/kith)
install(FILES README.md .env.example DESTINATION share/doc/kith)
install(DIRECTORY docs DESTINATION share/doc/kith)  # targets of the README's links
install(FILES deploy/nginx.conf deploy/Caddyfile deploy/alerts.yml deploy/grafana.json
        DESTINATION share/doc/kith/examples)

# Debian's policy wants these compressed, and without a time stamp.
function(install_compressed SOURCE NAME DESTINATION)
  execute_process(COMMAND gzip -9nc ${CMAKE_SOURCE_DIR}/${SOURCE}
                  OUTPUT_FILE ${CMAKE_BINARY_DIR}/${NAME}.gz COMMAND_ERROR_IS_FATAL ANY)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${SOURCE})
  install(FILES ${CMAKE_BINARY_DIR}/${NAME}.gz DESTINATION ${DESTINATION})
endfunction()
install_compressed(CHANGELOG.md changelog share/doc/kith)
install_compressed(deploy/debian/changelog changelog.Debian share/doc/kith)
install_compressed(deploy/debian/kith.1 kith.1 share/man/man1)
install(FILES deploy/debian/copyright DESTINATION share/doc/kith)

# The version has one source, and the changelog of the package must agree with it.
set(PACKAGE_RELEASE 1)
file(STRINGS deploy/debian/changelog NEWEST LIMIT_COUNT 1)
if(NOT NEWEST MATCHES "^kith \\(${PROJECT_VERSION}-${PACKAGE_RELEASE}\\)")
  message(FATAL_ERROR "deploy/debian/changelog does not begin with version "
                      "${PROJECT_VERSION}-${PACKAGE_RELEASE}.")
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_NAME kith)
set(CPACK_PACKAGE_CONTACT "Kith <kith@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "self-hosted contacts server")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "Kith stores contacts in an SQLite file, or in PostgreSQL, and serves them by a
REST API and web pages: search as you type, birthdays, history and undo, sync,
profile pictures, and automatic backups. Several instances can share a
PostgreSQL database and Redis.
.
The package runs the server as a sandboxed systemd unit. It needs no
configuration.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE ${PACKAGE_RELEASE})
set(CPACK_DEBIAN_PACKAGE_SECTION web)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, ca-certificates, tzdata")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "postgresql (>= 15), redis-server (>= 5:7)")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${CMAKE_SOURCE_DIR}/deploy/debian/postinst ${CMAKE_SOURCE_DIR}/deploy/debian/prerm
    ${CMAKE_SOURCE_DIR}/deploy/debian/postrm ${CMAKE_BINARY_DIR}/conffiles)
file(WRITE ${CMAKE_BINARY_DIR}/conffiles "/etc/kith/kith.env\n")
include(CPack)
