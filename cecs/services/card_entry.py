"""What the page needs where a card is typed in the gateway's own fields."""

from cecs.desk import Desk
from cecs.gateways.cards import GatewayError


def client_token(desk: Desk) -> str:
    """What the gateway's script in the browser begins with; "" while the gateway gives none."""
    try:
        return desk.card_gateway.client_token()
    except GatewayError:
        return ""
