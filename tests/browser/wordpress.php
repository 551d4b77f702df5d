<?php
// Stands in for WordPress: loads the plugin whose path is given, does what standard input asks as
// JSON, and prints what came of it. Only what the plugin calls, and as little of that as it needs.

$asked = json_decode( stream_get_contents( STDIN ), true );
$made  = array( 'scripts' => array(), 'block' => array(), 'html' => null, 'faults' => array() );
define( 'ABSPATH', '/' );

function add_action( $when, $what ) { $GLOBALS['actions'][ $when ] = $what; }
function add_filter( $when, $what ) { $GLOBALS['filters'][ $when ] = $what; }
function add_shortcode( $name, $render ) { $GLOBALS['shortcodes'][ $name ] = $render; }
function register_block_type( $name, $block ) { $GLOBALS['made']['block'] = array( 'name' => $name ) + $block; }
function wp_embed_register_handler( $id, $pattern, $render ) { $GLOBALS['handlers'][ $pattern ] = $render; }
function wp_register_script( $handle, $address ) { $GLOBALS['made']['registered'][ $handle ] = $address; }
function wp_enqueue_script( $handle, $address ) { $GLOBALS['made']['scripts'][] = $address; }
function register_setting( $page, $name, $how ) { $GLOBALS['made']['sanitize'] = $how['sanitize_callback']; }
function add_settings_field( $name, $title, $render ) { $GLOBALS['field'] = $render; }
function add_settings_error( $name, $code, $words ) { $GLOBALS['made']['faults'][] = $words; }
function delete_option( $name ) { $GLOBALS['made']['deleted'][] = $name; }
function admin_url( $path ) { return "https://hill.example/wp-admin/$path"; }
function plugin_basename() { return 'cecs-lookup/cecs-lookup.php'; }
function wp_parse_url( $address ) { return parse_url( $address ); }
function plugins_url( $path ) { return "/wp-content/plugins/cecs-lookup/$path"; }
function get_option( $name, $default ) { return $GLOBALS['asked']['site'] ?? $default; }
function current_user_can() { return $GLOBALS['asked']['edits'] ?? false; }
function untrailingslashit( $words ) { return rtrim( $words, '/' ); }
function esc_url_raw( $address ) { return preg_match( '#^https?://#', $address ) ? $address : ''; }
function esc_url( $address ) { return esc_attr( esc_url_raw( $address ) ); }
function esc_attr( $words ) { return htmlspecialchars( $words, ENT_QUOTES ); }
function esc_html( $words ) { return esc_attr( $words ); }
function esc_html__( $words ) { return esc_attr( $words ); }
function __( $words ) { return $words; }

ob_start();
set_error_handler( function ( $level, $words ) { throw new ErrorException( $words, 0, $level ); } );
require $argv[1];
$actions['init']();
$actions['admin_init']();

if ( isset( $asked['shortcode'] ) ) {
	// WordPress gives an empty string, not an empty array, where nothing was written.
	$made['html'] = $shortcodes['cecs_lookup']( $asked['shortcode'] ?: '' );
} elseif ( isset( $asked['block'] ) ) {
	$made['html'] = $made['block']['render_callback']( $asked['block'] );
} elseif ( isset( $asked['typed'] ) ) {
	$made['kept'] = $made['sanitize']( $asked['typed'] );
} elseif ( isset( $asked['settings'] ) ) {
	$made['html'] = $filters['plugin_action_links_cecs-lookup/cecs-lookup.php']( array( 'Deactivate' ) );
	$field();
} elseif ( isset( $asked['uninstall'] ) ) {
	define( 'WP_UNINSTALL_PLUGIN', 'cecs-lookup' );
	require dirname( $argv[1] ) . '/uninstall.php';
} elseif ( isset( $asked['address'] ) ) {
	foreach ( $handlers ?? array() as $pattern => $render ) {
		if ( preg_match( $pattern, $asked['address'], $found ) ) {
			$made['html'] = $render( $found );
		}
	}
}
$made['printed'] = ob_get_clean();
echo json_encode( $made );
