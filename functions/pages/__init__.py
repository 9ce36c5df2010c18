"""The dashboard: what its pages share. Pages and forms are functions in ``functions/http_page_…`` and ``http_post_…``.

Pages are rendered here, work without JavaScript, and hold no text of a record as markup.
"""
