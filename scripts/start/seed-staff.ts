/**
 * The other employees of the seeded installation: name, username, days since they joined, days since their last
 * sign-in. Like the colleagues in seed-users.ts, they have no passwords.
 */
const table = `
Aisha Bello        aisha       812   1
Alejandro Ruiz     alejandro   640   0
Anika Sharma       anika       377   2
Anna Kowalska      anna        955   5
Antoine Lefèvre    antoine     210   1
Beatriz Moreira    beatriz     488  12
Ben Whitaker       ben         720   0
Camille Durand     camille     301   3
Carlos Mendes      carlos      165   8
Chiara Ricci       chiara      590   1
Chloe Bennett      chloe        74   0
Dmitri Sokolov     dmitri      431  96
Elif Yılmaz        elif        268   2
Emily Carter       emily       803   0
Erik Lindqvist     erik        522   6
Esther Mwangi      esther       58   1
Fatima Zahra       fatima      349  15
Felix Baumann      felix       677   0
Freya Sørensen     freya       190   4
George Papadakis   george      888 121
Grace Adeyemi      grace       246   0
Hana Suzuki        hana        412   1
Henrik Dahl        henrik      735   9
Ibrahim Diallo     ibrahim     128   2
Ines Carvalho      ines        365   0
Isaac Goldberg     isaac       604  33
Ivana Novak        ivana       283   1
James O’Brien      james       910   0
Jana Horáková      jana        147   7
Jonas Weber        jonas       559   1
Julia Nowak        julia        41   0
Kenji Tanaka       kenji       476   3
Laila Haddad       laila       222   1
Lars Johansen      lars        699  18
Lea Fischer        lea          29   2
Liam Murphy        liam        331   0
Lucía Fernández    lucia       540   1
Marco Conti        marco       258   5
Maria Petrova      maria       784 140
Mateo Silva        mateo       118   0
Mei Chen           mei         395   1
Mikkel Jensen      mikkel      626   2
Minjun Park        minjun      173   0
Nadia Rahman       nadia       462  11
Oliver Grant       oliver      851   1
Paula Jiménez      paula        12   0
Ravi Patel         ravi        318   4
Rosa Almeida       rosa        507   1
Sofia Rossi        sofia       236   0
Thabo Nkosi        thabo       744  27
Wei Zhang          wei         199   1
Yuki Mori          yuki        421   2
Zoe Martin         zoe          86   0
`;

export const staff = table
  .trim()
  .split('\n')
  .map((line) => {
    const [name = '', username = '', came, lastSignIn] = line.split(/ {2,}| (?=\d)/);
    return {
      // Logto's ids have twelve characters.
      id: `${username}employee00`.slice(0, 12),
      username,
      name,
      email: `${username}@latchkey.example`,
      came: Number(came),
      lastSignIn: Number(lastSignIn),
      isSuspended: false,
    };
  });

/** Additional members of the seeded organizations in seed-users.ts, by organization. */
export const staffOfOrganizations: Readonly<Record<string, readonly string[]>> = {
  brightwater1: [
    'aisha',
    'anika',
    'emily',
    'esther',
    'grace',
    'hana',
    'ines',
    'laila',
    'mei',
    'rosa',
    'sofia',
  ],
  meridianlog2: ['felix', 'jana', 'jonas', 'julia', 'lea', 'marco', 'wei'],
  kestrelbank3: ['antoine', 'camille', 'chloe', 'james', 'liam', 'oliver', 'ravi', 'zoe'],
};
