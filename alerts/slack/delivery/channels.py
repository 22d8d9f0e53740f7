"""Which channel a name means: some of Slack's methods take names, but looking messages up takes an id."""

from slack_sdk.web.async_client import AsyncWebClient

from alerts.slack.delivery.trouble import trouble

_PAGE = 1000
_MOST_PAGES = 20


async def find_channel(client: AsyncWebClient, channel: str) -> str | None:
    """Find a channel's id.

    Parameters
    ----------
    client
        As made by `slack_client`; its token needs the scope ``channels:read``, for private channels ``groups:read``.
    channel
        An id, which is given back, or a name with #.

    Returns
    -------
    str or None
        None if the app sees no such channel, or may not look.

    Raises
    ------
    Trouble
        If Slack does not answer as it should; another time it may.
    """
    if not channel.startswith("#"):
        return channel
    for kinds in ("public_channel,private_channel", "public_channel"):
        try:
            return await _find(client, channel.removeprefix("#"), kinds)
        except Exception as error:
            failed = trouble(error)
            if failed.nature in ("limited", "passing", "lost"):
                raise failed from None
    return None


async def _find(client: AsyncWebClient, name: str, kinds: str) -> str | None:
    cursor = ""
    for _ in range(_MOST_PAGES):
        answer = await client.conversations_list(types=kinds, exclude_archived=True, limit=_PAGE, cursor=cursor)
        for found in answer["channels"]:
            if found["name"] == name:
                return str(found["id"])
        cursor = (answer.get("response_metadata") or {}).get("next_cursor", "")
        if not cursor:
            return None
    return None
