# Install rules and the Debian package: cpack --config build/release/CPackConfig.cmake
install(TARGETS kith kith-image RUNTIME DESTINATION bin)
install(FILES deploy/kith.service DESTINATION lib/systemd/system)
# The systemd unit and operators who run commands read the same settings file.
file(READ .env.example SETTINGS)
string(REPLACE "#KITH_DATA_DIR=\"./data\"" "KITH_DATA_DIR=/var/lib/kith" SETTINGS "${SETTINGS}")
file(WRITE ${CMAKE_BINARY_DIR}/kith.env "${SETTINGS}")
install(FILES ${CMAKE_BINARY_DIR}/kith.env DESTINATION /etc/kith)
install(FILES README.md CHANGELOG.md .env.example DESTINATION share/doc/kith)
install(DIRECTORY docs DESTINATION share/doc/kith)  # targets of the README's links
install(FILES LICENSE DESTINATION share/doc/kith RENAME copyright)
install(FILES deploy/nginx.conf deploy/Caddyfile deploy/alerts.yml deploy/grafana.json
        DESTINATION share/doc/kith/examples)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_NAME kith)
set(CPACK_PACKAGE_CONTACT "Kith <kith@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Contacts server that you host yourself")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION web)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, ca-certificates, tzdata")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "postgresql (>= 15), redis-server (>= 5:7)")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${CMAKE_SOURCE_DIR}/deploy/debian/postinst ${CMAKE_SOURCE_DIR}/deploy/debian/prerm
    ${CMAKE_SOURCE_DIR}/deploy/debian/postrm ${CMAKE_BINARY_DIR}/conffiles)
file(WRITE ${CMAKE_BINARY_DIR}/conffiles "/etc/kith/kith.env\n")
include(CPack)
