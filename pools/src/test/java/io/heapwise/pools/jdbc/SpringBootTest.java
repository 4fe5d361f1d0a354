package io.heapwise.pools.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceProperties;
import org.springframework.boot.autoconfigure.jdbc.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcTemplateAutoConfiguration;
import org.springframework.boot.autoconfigure.transaction.TransactionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** The pool as the data source of a Spring Boot application, declared as in its documentation. */
class SpringBootTest {
    @Configuration(proxyBeanMethods = false)
    static class Application {
        @Bean
        ConnectionPool dataSource(DataSourceProperties properties) {
            return ConnectionPool.builder(properties.determineUrl())
                    .credentials(properties.determineUsername(), properties.determinePassword())
                    .maximumSize(2)
                    .build();
        }
    }

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withUserConfiguration(Application.class)
            .withConfiguration(AutoConfigurations.of(
                    DataSourceAutoConfiguration.class,
                    DataSourceTransactionManagerAutoConfiguration.class,
                    TransactionAutoConfiguration.class,
                    JdbcTemplateAutoConfiguration.class))
            .withPropertyValues("spring.datasource.url=jdbc:h2:mem:spring;DB_CLOSE_DELAY=-1");

    @Test
    void templatesAndTransactionsRunOnItAndItIsClosedWithTheApplication() {
        ConnectionPool[] pool = new ConnectionPool[1];
        runner.run(context -> {
            assertThat(context).hasNotFailed().hasSingleBean(DataSource.class);
            pool[0] = context.getBean(ConnectionPool.class);
            JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
            TransactionTemplate transaction = context.getBean(TransactionTemplate.class);
            jdbc.execute("CREATE TABLE book (title VARCHAR(40))");
            transaction.executeWithoutResult(status -> jdbc.update("INSERT INTO book VALUES ('Emma')"));
            assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                        jdbc.update("INSERT INTO book VALUES ('Persuasion')");
                        throw new IllegalStateException("no");
                    }))
                    .hasMessage("no");
            transaction.setReadOnly(true);
            assertThat(transaction.<String>execute(
                            status -> jdbc.queryForObject("SELECT title FROM book", String.class)))
                    .isEqualTo("Emma");
            assertThat(pool[0].stats().created()).as("one at a time").isOne();
            assertThat(pool[0].stats().leased()).isZero();
        });
        assertThat(pool[0].isClosed()).isTrue();
        assertThat(pool[0].stats())
                .satisfies(stats -> assertThat(stats.destroyed()).isEqualTo(stats.created()));
    }
}
