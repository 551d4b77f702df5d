<?php
// Run by WordPress when the plugin is deleted: nothing of it stays behind.
defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

delete_option( 'cecs_lookup_site' );
