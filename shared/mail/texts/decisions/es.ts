import { line } from '../../line.ts'
import type { DecisionTexts } from './types.ts'

export const decisionsEs: DecisionTexts = {
  heading: {
    change_email: line`Su cuenta antigua se conserva`,
    transfer_content: line`Sus conversaciones se están trasladando`,
    delete_original: line`Su cuenta antigua se está eliminando`,
  },
  next: {
    change_email: ({ org, address, newEmail }) =>
      newEmail === undefined
        ? line`Ha elegido otra dirección para su cuenta antigua. A partir de ahora, inicie sesión en ella con esa dirección. La dirección ${address} es la de su cuenta en ${org}.`
        : line`Su cuenta antigua tiene ahora la dirección ${newEmail}. A partir de ahora, inicie sesión en ella con esa dirección. La dirección ${address} es la de su cuenta en ${org}.`,
    transfer_content: ({ org, address }) =>
      line`Todas sus conversaciones pasan a su cuenta en ${org}, con sus mensajes y archivos. Puede tardar un poco. Cuando termine, enviaremos un correo a ${address} y eliminaremos su cuenta antigua.`,
    delete_original: ({ org, address }) =>
      line`Su cuenta antigua se elimina con todas sus conversaciones, mensajes y archivos. La dirección ${address} es la de su cuenta en ${org}.`,
  },
  acknowledged: {
    subject: {
      change_email: ({ org }) => line`${org}: conserva su cuenta antigua`,
      transfer_content: ({ org }) => line`${org}: todo pasa a su cuenta allí`,
      delete_original: ({ org }) => line`${org}: su cuenta antigua se elimina`,
    },
    lead: ({ address, at }) =>
      line`El ${at} usted eligió qué pasa con su cuenta antigua, que tenía la dirección ${address}:`,
    notYouHeading: line`¿No fue usted?`,
    notYou: ({ org }) => line`Póngase en contacto con ${org} de inmediato.`,
  },
  confirmation: {
    subject: ({ org }) => line`${org} ha reclamado su cuenta: confirme su nueva dirección`,
    heading: line`Confirme su nueva dirección de correo`,
    lead: ({ org, masked, newEmail }) =>
      line`${org} ha reclamado la cuenta ${masked}. Su titular quiere conservar la cuenta antigua y asignarle la dirección ${newEmail}. Si es usted, confirme que esta dirección es suya.`,
    effect: ({ newEmail }) =>
      line`Su cuenta antigua se conserva con todas sus conversaciones, mensajes y archivos. A partir de entonces, iniciará sesión en ella con ${newEmail}.`,
    button: line`Confirmar la dirección`,
    opensPage: line`El botón abre una página que muestra la dirección. Nada cambia hasta que usted lo confirme allí.`,
    until: ({ expiresAt }) => line`El enlace funciona hasta el ${expiresAt}.`,
    notYou: line`¿No lo ha pedido usted? Entonces no haga nada y nada cambiará.`,
    why: ({ org }) =>
      line`Recibe este mensaje porque alguien ha indicado esta dirección para una cuenta que ${org} ha reclamado.`,
  },
  confirmed: {
    subject: ({ org }) => line`${org}: su cuenta antigua tiene ahora esta dirección`,
    why: line`Recibe este mensaje porque ha confirmado esta dirección para su cuenta antigua.`,
  },
}
