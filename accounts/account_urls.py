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

addresses = asks_own_factor(asks_again(asks_staff_code_by_mail(tells_of_new_addresses(account.email))))
activate_totp = asks_own_factor(asks_again_first(asks_code_by_mail(enrols(totp.activate_totp))))
add_webauthn = asks_own_factor(asks_again_first(asks_code_by_mail(enrols(webauthn.add_webauthn))))

urlpatterns = [
    path("email/", addresses, name="account_email"),
    path("password/change/", asks_own_factor(account.password_change), name="account_change_password"),
    path("password/set/", asks_own_factor(account.password_set), name="account_set_password"),
    path("2fa/totp/activate/", activate_totp, name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", asks_own_factor(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", asks_own_factor(recovery_codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "2fa/recovery-codes/generate/",
        asks_own_factor(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        asks_own_factor(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("2fa/webauthn/", asks_own_factor(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path("2fa/webauthn/add/", add_webauthn, name="mfa_add_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/edit/", asks_own_factor(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", asks_own_factor(webauthn.remove_webauthn), name="mfa_remove_webauthn"),
]
