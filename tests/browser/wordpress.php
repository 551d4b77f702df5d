<?php
// Stands in for WordPress: loads the plugin whose path is given, does what standard input asks as
// JSON, and prints what came of it. Only what the plugin calls, and as little of that as it needs.

$asked = json_decode( stream_get_contents( STDIN ), true );
$made  = array( 'scripts' => array(), 'block' => array(), 'html' => null );
define( 'ABSPATH', '/' );

function add_action( $when, $what ) { $GLOBALS['actions'][ $when ] = $what; }
function add_shortcode( $name, $render ) { $GLOBALS['shortcodes'][ $name ] = $render; }
function register_block_type( $name, $block ) { $GLOBALS['made']['block'] = array( 'name' => $name ) + $block; }
function wp_embed_register_handler( $id, $pattern, $render ) { $GLOBALS['handlers'][ $pattern ] = $render; }
function wp_register_script( $handle, $address ) { $GLOBALS['made']['registered'][ $handle ] = $address; }
function wp_enqueue_script( $handle, $address ) { $GLOBALS['made']['scripts'][] = $address; }
function plugins_url( $path ) { return "/wp-content/plugins/cecs-lookup/$path"; }
function get_option( $name, $default ) { return $GLOBALS['asked']['site'] ?? $default; }
function current_user_can() { return $GLOBALS['asked']['edits'] ?? false; }
function untrailingslashit( $words ) { return rtrim( $words, '/' ); }
function esc_url_raw( $address ) { return preg_match( '#^https?://#', $address ) ? $address : ''; }
function esc_url( $address ) { return esc_attr( esc_url_raw( $address ) ); }
function esc_attr( $words ) { return htmlspecialchars( $words, ENT_QUOTES ); }
function esc_html__( $words ) { return esc_attr( $words ); }
function __( $words ) { return $words; }

set_error_handler( function ( $level, $words ) { throw new ErrorException( $words, 0, $level ); } );
require $argv[1];
$actions['init']();

if ( isset( $asked['shortcode'] ) ) {
	// WordPress gives an empty string, not an empty array, where nothing was written.
	$made['html'] = $shortcodes['cecs_lookup']( $asked['shortcode'] ?: '' );
} elseif ( isset( $asked['block'] ) ) {
	$made['html'] = $made['block']['render_callback']( $asked['block'] );
} elseif ( isset( $asked['address'] ) ) {
	foreach ( $handlers ?? array() as $pattern => $render ) {
		if ( preg_match( $pattern, $asked['address'], $found ) ) {
			$made['html'] = $render( $found );
		}
	}
}
echo json_encode( $made );
