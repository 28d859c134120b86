import java.io.File;
import java.sql.Connection;
import java.sql.DriverManager;
import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.DirectoryResourceAccessor;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;

/** Flyway and Liquibase without their command lines: tool, JDBC URL, folder, command. */
public class Client {
    public static void main(String[] words) throws Exception {
        if (words[0].equals("flyway")) {
            flyway(words[1], words[2], words[3]);
        } else {
            liquibase(words[1], words[2], words[3]);
        }
    }

    private static void flyway(String url, String folder, String command) {
        Flyway flyway = Flyway.configure()
            .dataSource(url, null, null).locations("filesystem:" + folder).lockRetryCount(1).load();
        switch (command) {
            case "migrate" -> flyway.migrate();
            case "validate" -> flyway.validate();
            case "repair" -> flyway.repair();
            default -> {
                for (MigrationInfo each : flyway.info().all()) {
                    System.out.println(each.getScript() + " " + each.getState());
                }
            }
        }
    }

    private static void liquibase(String url, String folder, String command) throws Exception {
        try (Connection connection = DriverManager.getConnection(url)) {
            Database database =
                DatabaseFactory.getInstance().findCorrectDatabaseImplementation(new JdbcConnection(connection));
            Liquibase liquibase =
                new Liquibase("master.yaml", new DirectoryResourceAccessor(new File(folder)), database);
            switch (command) {
                case "update" -> liquibase.update(new Contexts());
                case "rollback" -> liquibase.rollback(1, "");
                default -> {
                    liquibase.validate();
                    System.out.println(
                        "unrun " + liquibase.listUnrunChangeSets(new Contexts(), new LabelExpression()).size());
                }
            }
        }
    }
}
