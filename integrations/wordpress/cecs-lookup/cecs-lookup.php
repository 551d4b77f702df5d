<?php
/**
 * Plugin Name: CECS Lookup
 * Description: Shows your state's educator lookup on a page: a shortcode, a block, and pasted addresses.
 * Version: 1.2.0
 * Requires at least: 6.1
 * Requires PHP: 7.4
 */

defined( 'ABSPATH' ) || exit;

const CECS_LOOKUP_SITE = 'cecs_lookup_site';

/** Where the lookup lives, such as https://certification.example.gov; empty until it is set. */
function cecs_lookup_site() {
	return untrailingslashit( esc_url_raw( get_option( CECS_LOOKUP_SITE, '' ) ) );
}

/** The site in an address that somebody typed; empty where it is none that can be shown on pages. */
function cecs_lookup_site_in( $typed ) {
	$found = wp_parse_url( false === strpos( $typed, '://' ) ? "https://$typed" : $typed );
	$host  = isset( $found['host'] ) ? strtolower( $found['host'] ) : '';
	$port  = isset( $found['port'] ) ? ":$found[port]" : '';
	if ( in_array( $host, array( 'localhost', '127.0.0.1' ), true ) ) {
		return "$found[scheme]://$host$port";
	}
	// Browsers put no frame from http:// into a page from https://.
	$named = preg_match( '/^([a-z0-9-]+\.)+[a-z0-9-]+$/', $host ) && 'https' === strtolower( $found['scheme'] );
	return $named ? "https://$host$port" : '';
}

/** What is kept of the address typed under Settings; the one before, and a word why, if it is none. */
function cecs_lookup_sanitize( $typed ) {
	$typed = trim( $typed );
	$site  = '' === $typed ? '' : cecs_lookup_site_in( $typed );
	if ( '' !== $typed && '' === $site ) {
		/* translators: %s: what was typed */
		$words = __( 'Educator lookup: “%s” is not the address of the system. It begins with https://, such as https://certification.example.gov. Nothing was changed there.', 'cecs-lookup' );
		add_settings_error( CECS_LOOKUP_SITE, 'address', esc_html( sprintf( $words, $typed ) ) );
		return cecs_lookup_site();
	}
	return $site;
}

/** The key that somebody entered, perhaps in the quotes of a letter, or as a lookup's whole address. */
function cecs_lookup_key( $typed ) {
	$typed = html_entity_decode( $typed, ENT_QUOTES );
	return preg_match( '~^(?:.*/embed/|\W*)([A-Za-z0-9-]+)(?:[?#].*|\W*)$~s', $typed, $found ) ? $found[1] : '';
}

/** What a page shows: a link, which our script replaces by the lookup itself. */
function cecs_lookup_render( $attributes ) {
	$site = cecs_lookup_site();
	$key  = cecs_lookup_key( isset( $attributes['key'] ) ? $attributes['key'] : '' );
	if ( '' === $site || '' === $key ) {
		return current_user_can( 'edit_posts' )
			? '<p>' . esc_html__( 'Educator lookup: enter its address under Settings, General, and its key here.', 'cecs-lookup' ) . '</p>'
			: '';
	}
	wp_enqueue_script( 'cecs-lookup', $site . '/static/embed.js', array(), null, true );
	return sprintf(
		'<div data-cecs="%s"><a href="%s">%s</a></div>',
		esc_attr( $key ),
		esc_url( $site . '/lookup' ),
		esc_html__( 'Look up an educator', 'cecs-lookup' )
	);
}

add_action( 'init', function () {
	add_shortcode( 'cecs_lookup', 'cecs_lookup_render' );
	wp_register_script(
		'cecs-lookup-block',
		plugins_url( 'block.js', __FILE__ ),
		array( 'wp-block-editor', 'wp-blocks', 'wp-components', 'wp-element', 'wp-i18n' ),
		'1.2.0',
		true
	);
	register_block_type( 'cecs/lookup', array(
		'api_version'     => 3,
		'title'           => __( 'Educator lookup', 'cecs-lookup' ),
		'icon'            => 'search',
		'category'        => 'embed',
		'attributes'      => array(
			'key' => array( 'type' => 'string', 'default' => '' ),
		),
		'supports'        => array( 'html' => false ),
		'editor_script'   => 'cecs-lookup-block',
		'render_callback' => 'cecs_lookup_render',
	) );
	// The address of a widget on a line of its own becomes the same, without the sandbox of strangers.
	if ( '' !== cecs_lookup_site() ) {
		$address = '#^' . preg_quote( cecs_lookup_site(), '#' ) . '/embed/([A-Za-z0-9-]+)$#i';
		wp_embed_register_handler( 'cecs-lookup', $address, function ( $found ) {
			return cecs_lookup_render( array( 'key' => $found[1] ) );
		} );
	}
} );

add_action( 'admin_init', function () {
	register_setting( 'general', CECS_LOOKUP_SITE, array( 'type' => 'string', 'sanitize_callback' => 'cecs_lookup_sanitize' ) );
	add_settings_field(
		CECS_LOOKUP_SITE,
		__( 'Educator lookup: address', 'cecs-lookup' ),
		function () {
			printf(
				'<input type="url" class="regular-text" id="%1$s" name="%1$s" value="%2$s" placeholder="https://certification.example.gov"><p class="description">%3$s</p>',
				esc_attr( CECS_LOOKUP_SITE ),
				esc_attr( cecs_lookup_site() ),
				esc_html__( 'Of the system in which educators are looked up. The certification bureau gave it to your district.', 'cecs-lookup' )
			);
		},
		'general',
		'default',
		array( 'label_for' => CECS_LOOKUP_SITE )
	);
} );

// Under Plugins: the way to the one thing that must be entered.
add_filter( 'plugin_action_links_' . plugin_basename( __FILE__ ), function ( $links ) {
	$address  = admin_url( 'options-general.php#' . CECS_LOOKUP_SITE );
	$settings = sprintf( '<a href="%s">%s</a>', esc_url( $address ), esc_html__( 'Settings', 'cecs-lookup' ) );
	return array_merge( array( $settings ), $links );
} );
