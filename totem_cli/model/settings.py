"""The settings of an archive: the keys of ``totem.toml``. Settings are data, never code."""

from typing import Annotated, Any

from msgspec import Meta, Struct

FORMAT_VERSION = 1
"""The version of the archive format that this totem writes; a newer one is read, never written."""

LineSpace = Annotated[str, Meta(max_length=1, description="a no-break space character, or empty for none")]


class Share(Struct, frozen=True, kw_only=True):
    """``[share]``: the links under an episode."""

    services: Annotated[
        tuple[str, ...],
        Meta(
            description="in this order: `email`, `linkedin`, `mastodon`, `bluesky`, `x`, `whatsapp`, `facebook`, "
            "`copy`, `system` (the sheet of the reader's device)"
        ),
    ] = ("email", "linkedin", "bluesky", "mastodon", "whatsapp", "copy", "system")
    mastodon: Annotated[str | None, Meta(description="the Mastodon instance to share through (`mastodon.social`)")] = (
        None
    )


class Comments(Struct, frozen=True, kw_only=True):
    """``[comments]``: the conversation on the page."""

    open: Annotated[bool, Meta(description="whether new comments are taken")] = False
    receiver: Annotated[str | None, Meta(description="the address that the form posts to")] = None
    mailto: Annotated[
        str | None, Meta(description="the e-mail address that takes comments where there is no receiver")
    ] = None
    email: Annotated[bool, Meta(description="whether the form asks for an e-mail address (kept private)")] = False


class Typography(Struct, frozen=True, kw_only=True):
    """``[typography]``: French microtypography, applied to what people read."""

    apply: Annotated[bool, Meta(description="whether French spacing is applied on output")] = True
    before_colon: LineSpace = "\u00a0"
    inside_guillemets: LineSpace = "\u00a0"
    before_high: LineSpace = "\u202f"


class Html(Struct, frozen=True, kw_only=True):
    """``[html]``: the site."""

    api: Annotated[bool, Meta(description="whether the site carries the records as JSON under `api/`")] = False
    search: Annotated[bool, Meta(description="whether the site has a search page")] = True
    page_size: Annotated[int, Meta(ge=1, description="episodes on one page of a list")] = 50
    all_media: Annotated[
        bool, Meta(description="whether every export has all files under `media/`, those too that nothing in it names")
    ] = False
    keep_metadata: Annotated[
        bool,
        Meta(description="whether pictures keep what cameras and editors wrote into them: place, time, names"),
    ] = False


class Feeds(Struct, frozen=True, kw_only=True):
    """``[feeds]``: RSS, Atom and JSON Feed."""

    size: Annotated[
        Annotated[int, Meta(ge=0)] | None,
        Meta(description="the newest entries in a feed, 0 for all; 50 unless said, all in a feed of recordings"),
    ] = None
    people: Annotated[bool, Meta(description="a feed for each person")] = False
    tags: Annotated[bool, Meta(description="a feed for each tag")] = False


class Podcast(Struct, frozen=True, kw_only=True):
    """``[podcast]``: what directories ask of a feed of recordings."""

    image: Annotated[
        str | None,
        Meta(description="the cover, a square JPEG or PNG of 1400 to 3000 pixels: a name under `media/`, an address"),
    ] = None
    category: Annotated[
        tuple[str, ...],
        Meta(description="Apple's categories, in English; a part of one after `>`: `Society & Culture > Philosophy`"),
    ] = ()
    explicit: Annotated[bool, Meta(description="whether it is for adults only")] = False
    author: Annotated[str | None, Meta(description="who is named as its author; the feed's title unless said")] = None
    owner: Annotated[str | None, Meta(description="who is responsible for it; its author unless said")] = None
    email: Annotated[
        str | None, Meta(description="where directories write to the owner. **Published**: the feed says it")
    ] = None


class Export(Struct, frozen=True, kw_only=True):
    """``[export]``: what ``totem export`` writes when no format is named."""

    formats: Annotated[tuple[str, ...], Meta(description="the formats of `totem export --all`")] = ("html",)


class Import(Struct, frozen=True, kw_only=True):
    """``[import]``: how sources and typed dates are read."""

    timezone: Annotated[
        str | None,
        Meta(description="the time zone of hours that state none, where dates are imported or typed (`Europe/Paris`)"),
    ] = None


class DeployTarget(Struct, frozen=True, kw_only=True):
    """``[deploy.NAME]``: where ``totem deploy NAME`` sends the site. Secrets are never written here."""

    url: Annotated[
        str,
        Meta(
            description="a folder, `sftp://user@host/path`, `s3://bucket/prefix`, `git+https://host/repo.git#gh-pages`"
        ),
    ]
    endpoint: Annotated[str | None, Meta(description="the address of a service that speaks S3 and is not Amazon's")] = (
        None
    )
    region: Annotated[str | None, Meta(description="the region of the bucket, where the service asks for one")] = None


class WordPressSite(Struct, frozen=True, kw_only=True):
    """``[wordpress.NAME]``: the site of ``totem push wordpress NAME``. The password is never written here."""

    url: Annotated[str, Meta(description="the address of the site's home page, `https://…`")]
    user: Annotated[str | None, Meta(description="the user whose application password is used")] = None


class Settings(Struct, frozen=True, kw_only=True, rename={"import_": "import"}):
    """The whole of ``totem.toml``."""

    version: Annotated[int, Meta(ge=1, description="the version of the archive format")] = FORMAT_VERSION
    title: Annotated[str, Meta(description="the archive's title")] = "totem"
    subtitle: Annotated[str | None, Meta(description="a line under the title")] = None
    language: Annotated[str, Meta(description="BCP 47; the language of what names no other")] = "fr"
    base_url: Annotated[str | None, Meta(description="where the site will be served: absolute addresses need it")] = (
        None
    )
    share: Share = Share()
    comments: Comments = Comments()
    typography: Typography = Typography()
    html: Html = Html()
    theme: Annotated[dict[str, str], Meta(description='CSS custom properties of the theme (`accent = "#8a1c1c"`)')] = {}
    feeds: Feeds = Feeds()
    podcast: Podcast = Podcast()
    export: Export = Export()
    import_: Import = Import()
    deploy: Annotated[dict[str, DeployTarget], Meta(description="`[deploy.NAME]`: the targets of `totem deploy`")] = {}
    wordpress: Annotated[
        dict[str, WordPressSite],
        Meta(description="`[wordpress.NAME]`: the sites of `totem push wordpress` and `totem pull comments`"),
    ] = {}
    extra: Annotated[dict[str, Any], Meta(description="keys that totem does not know")] = {}
