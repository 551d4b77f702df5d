// The block in the editor: a field for the key. What visitors see is made by the plugin's PHP.
( function ( wp ) {
	const { createElement } = wp.element;
	const { __ } = wp.i18n;

	const isKey = ( words ) => /^(.*\/embed\/)?[A-Za-z0-9-]*$/.test( words.trim() );

	wp.blocks.registerBlockType( 'cecs/lookup', {
		edit: function Edit( { attributes, setAttributes } ) {
			const key = createElement( wp.components.TextControl, {
				label: __( 'Key', 'cecs-lookup' ),
				help: isKey( attributes.key )
					? __( 'The certification bureau gave it to your district.', 'cecs-lookup' )
					: __( 'This is not a key: a key has letters, digits and hyphens only.', 'cecs-lookup' ),
				value: attributes.key,
				onChange: ( key ) => setAttributes( { key } ),
			} );
			const label = __( 'Educator lookup', 'cecs-lookup' );
			const box = createElement( wp.components.Placeholder, { icon: 'search', label }, key );
			return createElement( 'div', wp.blockEditor.useBlockProps(), box );
		},
		save: () => null,
	} );
} )( window.wp );
