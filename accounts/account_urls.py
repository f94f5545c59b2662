"""Account pages of allauth that ask for more than allauth does, at allauth's addresses and before its own."""

from allauth.account import views as account
from allauth.account.decorators import reauthentication_required
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from accounts.guards import (
    asks_code_by_mail,
    asks_own_factor,
    asks_staff_code_by_mail,
    enrols,
    tells_of_new_addresses,
)

asks_again = reauthentication_required(app="allauth.account", allow_get=True)
asks_again_first = reauthentication_required(app="allauth.mfa")

addresses = asks_again(asks_staff_code_by_mail(tells_of_new_addresses(account.email)))
activate_totp = asks_again_first(asks_code_by_mail(enrols(totp.activate_totp)))
add_webauthn = asks_again_first(asks_code_by_mail(enrols(webauthn.add_webauthn)))

PAGES = [
    ("email/", addresses, "account_email"),
    ("password/change/", account.password_change, "account_change_password"),
    ("password/set/", account.password_set, "account_set_password"),
    ("2fa/totp/activate/", activate_totp, "mfa_activate_totp"),
    ("2fa/totp/deactivate/", totp.deactivate_totp, "mfa_deactivate_totp"),
    ("2fa/recovery-codes/", recovery_codes.view_recovery_codes, "mfa_view_recovery_codes"),
    ("2fa/recovery-codes/generate/", recovery_codes.generate_recovery_codes, "mfa_generate_recovery_codes"),
    ("2fa/recovery-codes/download/", recovery_codes.download_recovery_codes, "mfa_download_recovery_codes"),
    ("2fa/webauthn/", webauthn.list_webauthn, "mfa_list_webauthn"),
    ("2fa/webauthn/add/", add_webauthn, "mfa_add_webauthn"),
    ("2fa/webauthn/keys/<int:pk>/edit/", webauthn.edit_webauthn, "mfa_edit_webauthn"),
    ("2fa/webauthn/keys/<int:pk>/remove/", webauthn.remove_webauthn, "mfa_remove_webauthn"),
]
urlpatterns = [path(route, asks_own_factor(view), name=name) for route, view, name in PAGES]
